// What the doctor has found out, step by step.

export interface Finding {
  /** `skip`: not tried, and why. */
  readonly state: "ok" | "fail" | "skip";
  /** What was tried, in a word or two. */
  readonly what: string;
  /** What came of it, and what to do about it. */
  readonly text: string;
}

/** Whole milliseconds since a time of `performance.now`. */
export const msSince = (since: number): string => `${Math.round(performance.now() - since)} ms`;

/** What a server or a library has said, without what a terminal obeys. */
export const shown = (text: string): string => text.replaceAll(/\p{C}/gu, " ").slice(0, 200).trim();

/** The code of an error, or what it says. */
export function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  return "code" in error && typeof error.code === "string" ? error.code : shown(error.message);
}
