// Finds the token of a request: `?token=`, `Authorization: Bearer`, or the subprotocol after `bearer`. Subprotocols are
// the only header that a page can set on a WebSocket.

import { decodeProtectedHeader } from "jose";
import type { Refusal } from "./refusal.ts";

/** A token as it came, or why there is none to verify. */
export type Carried = { readonly token: string } | Refusal;

/**
 * The token of a request. Of several, none is chosen: a proxy that checks one of them must not be deceived by another.
 */
export function carriedBy({ headers }: Request, { searchParams }: URL): Carried {
  const [token = "", ...others] = [
    ...searchParams.getAll("token"),
    ...authorized(headers.get("Authorization") ?? ""),
    ...offered(headers),
  ];
  if (others.length > 0) return "repeated";
  return token === "" ? "missing" : { token };
}

/**
 * The subprotocol to accept, empty for none. A browser that offers some closes the socket if none is accepted, or if
 * the case differs.
 * @returns `bearer` as it was offered, otherwise the first name that is no token; `undefined` if none is offered
 */
export function acceptedProtocol({ headers }: Request): string | undefined {
  const names = subprotocols(headers);
  if (names.length === 0) return undefined;
  const accepted = names.find(isBearer) ?? names.find((name) => isName(name) && !isJwt(name));
  return accepted ?? "";
}

/** Other schemes are ignored: they may be for a proxy in between. */
const authorized = (header: string): readonly string[] =>
  /^Bearer(?: +(.*))?$/i
    .exec(header)
    ?.map((part) => part ?? "")
    .slice(1) ?? [];

const offered = (headers: Headers): readonly string[] => {
  const names = subprotocols(headers);
  return names.flatMap((name, index) => (isBearer(name) ? [names[index + 1] ?? ""] : []));
};

const subprotocols = (headers: Headers): readonly string[] =>
  headers
    .get("Sec-WebSocket-Protocol")
    ?.split(",")
    .map((name) => name.trim()) ?? [];

const isBearer = (name: string): boolean => name.toLowerCase() === "bearer";

/** Whether it is a valid name of a subprotocol by RFC 6455, section 4.1: no spaces, no separators. */
const isName = (name: string): boolean => /^[\w!#$%&'*+.^`|~-]+$/.test(name);

function isJwt(name: string): boolean {
  try {
    decodeProtectedHeader(name);
    return true;
  } catch {
    return false;
  }
}
