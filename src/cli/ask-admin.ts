// Asks the admin API of a server.

import { type IncomingMessage, request } from "node:http";
import { ExitError } from "../process/exit.ts";

/** Milliseconds to wait for an answer: nodes that do not answer take two seconds. */
const answerMs = 10_000;

interface AdminQuestion {
  readonly host: string;
  readonly port: number;
  readonly token: string | undefined;
  readonly method: string;
  /** Below `/api/v1`. */
  readonly path: string;
  readonly body?: object;
}

/**
 * Without a proxy, even if the environment names one.
 * @throws {ExitError} why there is no answer, in the server's words if it has refused
 */
export async function askAdmin(asked: AdminQuestion): Promise<Readonly<Record<string, unknown>>> {
  const { host, port, token, method, path, body } = asked;
  const hostname = host.replace(/^\[(.*)\]$/, "$1");
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const text = body === undefined ? "" : JSON.stringify(body);
  const headers = {
    // Node sends no length with DELETE by itself, and then nobody reads the body.
    "Content-Length": Buffer.byteLength(text),
    ...(token === undefined ? {} : { Authorization: basic(token) }),
  };
  const signal = AbortSignal.timeout(answerMs);
  const options = { hostname, port, method, path: `/api/v1${path}`, headers, agent: false, signal };
  const sent = request(options, resolve).on("error", reject);
  sent.end(text);
  const [status, answer] = await promise.then(read).catch(() => {
    throw new ExitError(`the operators' port at ${host}, port ${port} does not answer`);
  });
  if (status < 400) return answer;
  const { title = "refused", detail } = answer;
  throw new ExitError(detail === undefined ? `${title}` : `${title}: ${detail}`);
}

/** Basic takes any text, a bearer none with spaces. */
const basic = (token: string): string => `Basic ${Buffer.from(`:${token}`).toString("base64")}`;

async function read(
  response: IncomingMessage,
): Promise<readonly [status: number, answer: Readonly<Record<string, unknown>>]> {
  let text = "";
  for await (const part of response.setEncoding("utf8")) text += part;
  return [response.statusCode ?? 0, JSON.parse(text)];
}
