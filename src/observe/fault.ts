// A fault of the server, in words that are safe to log. The message is left out, as it may quote what a client sent.

export interface Fault {
  /** `TypeError` and the like. */
  readonly error: string;
  /** The calls that led to it, innermost first. */
  readonly stack: readonly string[];
}

/** The most calls of the stack that are logged. */
const maxCalls = 8;

export function describeFault(thrown: unknown): Fault {
  if (!(thrown instanceof Error)) return { error: typeof thrown, stack: [] };
  const { name, message, stack = "" } = thrown;
  // The stack begins with the message, which may have lines that look like calls.
  const at = stack.indexOf(message);
  const rest = at === -1 ? stack : stack.slice(at + message.length);
  const calls = rest.split("\n").filter((line) => /^\s+at /.test(line));
  return { error: name, stack: calls.slice(0, maxCalls).map((line) => line.trim()) };
}
