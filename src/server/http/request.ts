// What a request asks for: its address, and whether it asks for a WebSocket as RFC 6455, section 4.2.1 wants it.
// Bun's own check is lax: it takes a request without `Connection: Upgrade`. It takes HTTP/1.0 too, and does not
// show the version of HTTP, so that is not checked here.

/** What is wrong with a request for a WebSocket. 426 lets a client try again otherwise; 400 is its own fault. */
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
} as const;

export type HandshakeProblem = keyof typeof problems;

/** 16 bytes in base64. Four bits of the last digit pad, and may be anything. */
const keyPattern = /^[A-Za-z0-9+/]{22}==$/;

const includesToken = (header: string | null, token: string): boolean =>
  header?.split(",").some((part) => part.trim().toLowerCase() === token) ?? false;

/**
 * Whether a request asks for a WebSocket. A proxy that knows no upgrades drops `Upgrade` and `Connection`, and
 * passes the other headers on: such a request is meant as an upgrade, too.
 * @returns `no`, `yes`, or what is wrong with how it asks
 */
export function asksForSocket({ method, headers }: Request): "no" | "yes" | HandshakeProblem {
  const isUpgrade = includesToken(headers.get("Upgrade"), "websocket");
  const [version, key] = [headers.get("Sec-WebSocket-Version"), headers.get("Sec-WebSocket-Key")];
  if (!isUpgrade && version === null && key === null) return "no";
  if (method !== "GET") return "bad-method";
  if (!isUpgrade || !includesToken(headers.get("Connection"), "upgrade")) return "no-upgrade";
  if (version !== "13") return "bad-version";
  return keyPattern.test(key ?? "") ? "yes" : "bad-key";
}

/** The answer to a request for a WebSocket that asks for it in a wrong way. */
export function refusedHandshake(problem: HandshakeProblem): Response {
  const { status, text } = problems[problem];
  return new Response(`${text}\n`, { status, ...(status === 426 && upgradeHeaders) });
}

/** The answer to a plain request where only an upgrade is served. */
export const upgradeRequired = (): Response =>
  new Response("this address speaks WebSocket, version 13\n", { status: 426, ...upgradeHeaders });

const upgradeHeaders = {
  headers: { "Sec-WebSocket-Version": "13", Upgrade: "websocket", Connection: "Upgrade" },
};

/** The request's address. Its Host is left out: a client may send none, or one that no URL can hold. */
export function urlOf({ url }: Request): URL {
  const path = url.startsWith("/") ? 0 : url.indexOf("/", url.indexOf("//") + 2);
  return new URL(`http://localhost${url.slice(path)}`);
}
