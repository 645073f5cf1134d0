// A fault of ours, in words that are safe to log. The message is left out: it may quote what a client sent.

export interface Fault {
  /** `TypeError` and the like. */
  readonly error: string;
  /** Where it was thrown, innermost call first. */
  readonly stack: readonly string[];
}

/** Calls of the stack that are kept. */
const maxCalls = 8;

export function describeFault(thrown: unknown): Fault {
  if (!(thrown instanceof Error)) return { error: typeof thrown, stack: [] };
  const calls = thrown.stack?.split("\n").filter((line) => /^\s+at /.test(line)) ?? [];
  return { error: thrown.name, stack: calls.slice(0, maxCalls).map((line) => line.trim()) };
}
