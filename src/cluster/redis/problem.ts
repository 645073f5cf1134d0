// What is wrong with Redis, in one word that is safe to log. Errors of ioredis contain the failed command, and the
// login command contains the password.

/** `ECONNREFUSED`, `WRONGPASS` and the like; `SENTINELS` if they know no master of that name. */
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

/** Whether a master has not done a command because another one has the slot, or is getting it. */
export const isRedirection = (error: unknown): boolean =>
  isRefusal(error) && ["MOVED", "ASK", "TRYAGAIN"].includes(describeProblem(error));

/** Whether a Redis has refused to change a key because it is a replica. */
export const isReadOnly = (error: unknown): boolean =>
  isRefusal(error) && describeProblem(error) === "READONLY";

/** Whether Redis has replied with an error, so that the command was not done. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof Error && error.name === "ReplyError";
