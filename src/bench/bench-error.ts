// What a person can get wrong, or a server can do wrong, while it is measured.

/** Ends a benchmark. The message is one line, fit to be printed as it is. */
export class BenchError extends Error {
  override readonly name = "BenchError";
}
