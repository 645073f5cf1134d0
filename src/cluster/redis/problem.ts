// What is wrong with Redis, in a word that is safe to log: errors of ioredis hold the commands that failed,
// and the one that logs in holds the password.

/** `ECONNREFUSED`, `WRONGPASS` and the like; `SENTINELS` where they know no master of the name that is set. */
export function describeProblem(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if ("code" in error && typeof error.code === "string" && error.code !== "") return error.code;
  const [, last] = /^All sentinels are unreachable.*Last error: (.*)$/s.exec(error.message) ?? [];
  if (last?.startsWith("ERR No such master")) return "SENTINELS";
  if (last !== undefined) return wordOf(last) ?? "SENTINELS";
  return wordOf(error.message) ?? error.name;
}

const wordOf = (message: string): string | undefined =>
  /^[A-Z]{3,}\b/.exec(message)?.[0] ??
  (/time ?out|timed out/i.test(message) ? "TIMEOUT" : undefined);

/** Whether a master of a Redis Cluster has not done a command, because another one is to do it, or soon. */
export const isRedirection = (error: unknown): boolean =>
  isRefusal(error) && ["MOVED", "ASK", "TRYAGAIN"].includes(describeProblem(error));

/** Whether a Redis has not changed a key because it is a replica, perhaps since a moment ago. */
export const isReadOnly = (error: unknown): boolean =>
  isRefusal(error) && describeProblem(error) === "READONLY";

/** Whether Redis has answered that it does not do a command. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof Error && error.name === "ReplyError";
