// What is wrong with Redis, in a word that is safe to log: errors of ioredis hold the commands that failed,
// and the one that logs in holds the password.

/** `ECONNREFUSED`, `WRONGPASS` and the like. */
export function describeProblem(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if ("code" in error && typeof error.code === "string" && error.code !== "") return error.code;
  // When no Sentinel answers, ioredis tells at the end what was wrong with the last.
  const message = error.message.replace(/^.* Last error: (?:connect )?/s, "");
  return (
    /^[A-Z]{3,}\b/.exec(message)?.[0] ??
    (/time ?out|timed out/i.test(error.message) ? "TIMEOUT" : error.name)
  );
}

/** Whether a master of a Redis Cluster has not done a command, because another one is to do it, or soon. */
export const isRedirection = (error: unknown): boolean =>
  isRefusal(error) && ["MOVED", "ASK", "TRYAGAIN"].includes(describeProblem(error));

/** Whether Redis has answered that it does not do a command. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof Error && error.name === "ReplyError";
