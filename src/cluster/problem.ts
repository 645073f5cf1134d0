// What is wrong with Redis, in a word that is safe to log: errors of ioredis hold the commands that failed,
// and the one that logs in holds the password.

/** `ECONNREFUSED`, `WRONGPASS` and the like. */
export function describeProblem(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if ("code" in error && typeof error.code === "string" && error.code !== "") return error.code;
  return (
    /^[A-Z]{3,}\b/.exec(error.message)?.[0] ??
    (/time ?out|timed out/i.test(error.message) ? "TIMEOUT" : error.name)
  );
}
