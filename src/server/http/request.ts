// What a request asks for: its address, and whether it is an upgrade as RFC 6455, section 4.2.1 wants it. Bun's
// own check is lax: it takes a request without `Connection: Upgrade`.

const includesToken = (header: string | null, token: string): boolean =>
  header?.split(",").some((part) => part.trim().toLowerCase() === token) ?? false;

/** A key is 16 bytes in base64. */
const keyPattern = /^[A-Za-z0-9+/]{21}[AQgw]==$/;

export const isUpgrade = ({ method, headers }: Request): boolean =>
  method === "GET" &&
  includesToken(headers.get("Upgrade"), "websocket") &&
  includesToken(headers.get("Connection"), "upgrade") &&
  headers.get("Sec-WebSocket-Version")?.trim() === "13" &&
  keyPattern.test(headers.get("Sec-WebSocket-Key") ?? "");

/** What a request gets that is no upgrade, where only an upgrade is served. */
export const upgradeRequired = (): Response =>
  new Response("this address speaks WebSocket, version 13\n", {
    status: 426,
    headers: { "Sec-WebSocket-Version": "13", Upgrade: "websocket", Connection: "Upgrade" },
  });

/** The request's address. Its Host is left out: a client may send none, or one that no URL can hold. */
export function urlOf({ url }: Request): URL {
  const path = url.startsWith("/") ? 0 : url.indexOf("/", url.indexOf("//") + 2);
  return new URL(`http://localhost${url.slice(path)}`);
}
