// HTTP by hand: sends the bytes of a request as they are, and reads the bytes of the answer.

import { connect } from "node:net";
import { settled } from "./settled.ts";

/** Request headers; an undefined one takes a default out. */
export type RequestHeaders = Readonly<Record<string, string | undefined>>;

export interface RawResponse {
  readonly status: number;
  /** By name in lower case; what is repeated is joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The end of a response's head, and of a request's. */
export const endOfHead = "\r\n\r\n";

/** The text of a request. Host and `Connection: close` are there unless `headers` says otherwise. */
export function requestText(
  url: URL,
  method: string,
  path: string,
  headers: RequestHeaders = {},
): string {
  const all: RequestHeaders = { Host: url.host, Connection: "close", ...headers };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}: ${value}`,
  );
  return [`${method} ${path} HTTP/1.1`, ...lines].join("\r\n") + endOfHead;
}

/** Sends one request. */
export async function request(
  url: URL,
  method: string,
  path: string,
  headers: RequestHeaders = {},
): Promise<RawResponse> {
  await settled(url);
  return await exchange(url, requestText(url, method, path, headers));
}

/**
 * Sends bytes and reads one response: to the length that it states, or to the end of the connection. All
 * that has come by then counts, so that a body too many is seen.
 */
export async function exchange(url: URL, bytes: string | Uint8Array): Promise<RawResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const socket = connect(Number(url.port), url.hostname);
  let read: Buffer = Buffer.alloc(0);
  socket.on("connect", () => socket.write(bytes));
  socket.on("data", (more: Buffer) => {
    read = Buffer.concat([read, more]);
    if (isComplete(read, bytes.toString().startsWith("HEAD "))) resolve(read);
  });
  socket.on("error", reject);
  socket.on("close", () => resolve(read));
  try {
    return parseResponse(await promise);
  } finally {
    socket.destroy();
  }
}

function isComplete(bytes: Buffer, isHead: boolean): boolean {
  const at = bytes.indexOf(endOfHead);
  if (at === -1) return false;
  const { status, headers } = parseHead(bytes.toString("latin1", 0, at));
  if (status === 101 || isHead) return true;
  const length = headers["content-length"];
  return length !== undefined && bytes.length >= at + endOfHead.length + Number(length);
}

function parseResponse(bytes: Buffer): RawResponse {
  const at = bytes.indexOf(endOfHead);
  if (at === -1) throw new Error(`no HTTP response: ${JSON.stringify(bytes.toString("latin1"))}`);
  const head = parseHead(bytes.toString("latin1", 0, at));
  return { ...head, body: bytes.toString("utf8", at + endOfHead.length) };
}

/** @param text a response's head, without the empty line at its end */
export function parseHead(text: string): Omit<RawResponse, "body"> {
  const [first = "", ...lines] = text.split("\r\n");
  const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(first) ?? [];
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const [, name, value] = /^([^\s:]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Error(`no header: ${line}`);
    const key = name.toLowerCase();
    headers[key] = key in headers ? `${headers[key]}, ${value}` : value;
  }
  return { status: Number(status), headers };
}
