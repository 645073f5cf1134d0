// Who may ask on the operators' port. With a token everything wants it. Without one, programs of this machine may read,
// and nobody may act. Pages of other origins may do neither, and a name that a page has made point here (DNS rebinding)
// is refused.

import { timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import { isLoopback } from "./options.ts";
import type { Problem } from "./problem.ts";

/** What a request does. */
export type Intent = "read" | "act";

/** What is known of a request before it is answered. */
export interface Asked {
  readonly headers: Headers;
  /** Address of the connection. */
  readonly peer: string;
}

const forbidden = (detail: string): Problem => ({ status: 403, title: "Forbidden", detail });

const unauthorized: Problem = {
  status: 401,
  title: "Unauthorized",
  detail: "send the token: Authorization: Bearer, or Basic with the token as the password",
};

const digest = (text: string): Buffer =>
  Buffer.from(new Bun.CryptoHasher("sha256").update(text).digest());

export class Gatekeeper {
  /** SHA-256 of the token: digests are of one length, and can be compared in constant time. */
  readonly #digest: Buffer | undefined;

  constructor(token: string | undefined) {
    this.#digest = token === undefined ? undefined : digest(token);
  }

  /** @returns why the request is refused, if it is */
  refusal({ headers, peer }: Asked, intent: Intent): Problem | undefined {
    if (isOfOtherOrigin(headers) && !(intent === "read" && isLink(headers)))
      return forbidden("pages of other origins may not ask here");
    if (this.#digest !== undefined)
      return this.#hasToken(headers, this.#digest) ? undefined : unauthorized;
    if (!isOwnHost(headers.get("Host")))
      return forbidden("ask by an IP address or localhost, or set ADMIN_TOKEN");
    if (!isLoopback(peer) || isForwarded(headers))
      return forbidden("only this machine may ask; set ADMIN_TOKEN for others");
    return intent === "read" ? undefined : forbidden("set ADMIN_TOKEN to be able to act");
  }

  #hasToken(headers: Headers, expected: Buffer): boolean {
    const given = tokenIn(headers.get("Authorization") ?? "");
    return given !== undefined && timingSafeEqual(digest(given), expected);
  }
}

/** The token in an Authorization header: of Bearer, or the password of Basic, whatever the user's name is. */
function tokenIn(header: string): string | undefined {
  // A bearer has no spaces by RFC 6750; a token of an operator may, and programs send it as it is.
  const [, scheme = "", credentials = ""] = /^(\w+) +(.*\S)\s*$/.exec(header) ?? [];
  switch (scheme.toLowerCase()) {
    case "bearer":
      return credentials;
    case "basic": {
      const pair = Buffer.from(credentials, "base64").toString("utf8");
      return pair.includes(":") ? pair.slice(pair.indexOf(":") + 1) : undefined;
    }
    default:
      return undefined;
  }
}

/** A request that a browser sends for a page of this port names this port as its origin. */
function isOfOtherOrigin(headers: Headers): boolean {
  const [origin, site] = [headers.get("Origin"), headers.get("Sec-Fetch-Site")];
  if (site === "cross-site" || site === "same-site") return true;
  return origin !== null && URL.parse(origin)?.host !== headers.get("Host")?.toLowerCase();
}

/** Somebody follows a link of another page, which cannot read what is shown then. */
const isLink = (headers: Headers): boolean =>
  !headers.has("Origin") &&
  headers.get("Sec-Fetch-Mode") === "navigate" &&
  headers.get("Sec-Fetch-Dest") === "document";

/** Whether a Host is an address or `localhost`: no page can make one of those point elsewhere. */
function isOwnHost(host: string | null): boolean {
  const name = host?.replace(/:\d+$/, "") ?? "";
  const address = name.replace(/^\[(.*)\]$/, "$1");
  return isIP(address) !== 0 || name.toLowerCase() === "localhost";
}

/** What a proxy or a tunnel adds, which passes on what others ask. */
const passedOn = ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"];

/** Whether a proxy or a tunnel, of this machine perhaps, asks for somebody else. */
export const isForwarded = (headers: Headers): boolean =>
  passedOn.some((name) => headers.has(name));
