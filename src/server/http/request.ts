// Reads the address of a request, and whether it asks for a WebSocket by RFC 6455, section 4.2.1. Bun's own check is
// lax: it accepts a request without `Connection: Upgrade`. It also accepts HTTP/1.0; as it does not show the version of
// a request, that is not checked here either.

/** What can be wrong with a handshake. 426 says how to ask instead, 400 that the request is malformed. */
const problems = {
  "bad-method": { status: 426, text: "a WebSocket is opened by GET" },
  "no-upgrade": {
    status: 426,
    text:
      "a WebSocket is opened with the headers Connection: Upgrade and Upgrade: websocket; " +
      "if a proxy is in between, it must pass both on",
  },
  "bad-version": {
    status: 426,
    text: "WebSocket version 13 is spoken here: Sec-WebSocket-Version: 13",
  },
  "bad-key": { status: 400, text: "Sec-WebSocket-Key must be 16 bytes in base64" },
  body: { status: 400, text: "a handshake has no body" },
} as const;

export type HandshakeProblem = keyof typeof problems;

/** 16 bytes in base64. The last digit has four bits of padding, which may be anything. */
const keyPattern = /^[A-Za-z0-9+/]{22}==$/;

/** Nearly all headers have the token alone. */
const includesToken = (header: string | null, token: string): boolean =>
  header?.toLowerCase() === token ||
  (header?.split(",").some((part) => part.trim().toLowerCase() === token) ?? false);

/**
 * Whether a request asks for a WebSocket. A proxy that does not support upgrades drops `Upgrade` and `Connection` and
 * passes the other headers on, so those are signs of a handshake, too.
 * @returns `no`, `yes`, or what is wrong with the handshake
 */
export function asksForSocket({ method, headers }: Request): "no" | "yes" | HandshakeProblem {
  const isUpgrade = includesToken(headers.get("Upgrade"), "websocket");
  const [version, key] = [headers.get("Sec-WebSocket-Version"), headers.get("Sec-WebSocket-Key")];
  if (!isUpgrade && version === null && key === null) return "no";
  if (method !== "GET") return "bad-method";
  if (!isUpgrade || !includesToken(headers.get("Connection"), "upgrade")) return "no-upgrade";
  if (version !== "13") return "bad-version";
  if (!keyPattern.test(key ?? "")) return "bad-key";
  return hasBody(headers) ? "body" : "yes";
}

/** Bun takes for frames what is late of a body. */
const hasBody = (headers: Headers): boolean =>
  Number(headers.get("Content-Length") ?? 0) !== 0 || headers.has("Transfer-Encoding");

/** The answer to a handshake with a problem. */
export function refusedHandshake(problem: HandshakeProblem): Response {
  const { status, text } = problems[problem];
  return new Response(`${text}\n`, { status, ...(status === 426 && upgradeHeaders) });
}

/** The answer to a plain request at a path where only WebSockets are served. */
export const upgradeRequired = (): Response =>
  new Response("this address speaks WebSocket, version 13\n", { status: 426, ...upgradeHeaders });

const upgradeHeaders = {
  headers: { "Sec-WebSocket-Version": "13", Upgrade: "websocket", Connection: "Upgrade" },
};

/** The address of a request, without its Host: a client may send none, or one that no URL can contain. */
export function urlOf({ url }: Request): URL {
  const path = url.startsWith("/") ? 0 : url.indexOf("/", url.indexOf("//") + 2);
  return new URL(`http://localhost${url.slice(path)}`);
}
