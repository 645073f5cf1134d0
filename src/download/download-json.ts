// JSON from other servers, such as keys and credentials: bounded in time and in bytes, and with a failure in a few words
// that quote nothing of the answer.

/** Milliseconds that an answer may take, the body included. */
export const downloadMs = 5000;

/** What is asked for, and how much of an answer is read. */
export interface Download extends Pick<RequestInit, "method" | "body" | "headers"> {
  readonly url: URL;
  readonly maxBytes: number;
}

/** The answer is no success, or is too long. */
class BadAnswer extends Error {
  override readonly name = "BadAnswer";
}

/**
 * Fetches a document. Redirects are not followed.
 * @throws {BadAnswer} and the errors of `fetch` and `JSON.parse`: see `problemOf`
 */
export async function downloadJson({ url, maxBytes, ...request }: Download): Promise<unknown> {
  const response = await fetch(url, {
    ...request,
    redirect: "manual",
    signal: AbortSignal.timeout(downloadMs),
  });
  if (!response.ok) throw new BadAnswer(`status ${response.status}`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw new BadAnswer("too long");
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}

/**
 * The reason of a failure, for the log.
 * @param isMalformed whether the error says that the document is not what it should be
 * @param malformed how that is said
 */
export function problemOf(
  error: unknown,
  isMalformed: (error: unknown) => boolean,
  malformed: string,
): string {
  if (error instanceof BadAnswer) return error.message;
  if (error instanceof SyntaxError || isMalformed(error)) return malformed;
  if (!(error instanceof Error)) return "unknown";
  if (error.name === "TimeoutError") return "timeout";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
