// Where the token of a request is: `?token=`, `Authorization: Bearer`, or behind `bearer` in the offered
// subprotocols, which is the one header that a page can set on a WebSocket.

import { decodeProtectedHeader } from "jose";
import type { Refusal } from "./refusal.ts";

/** A token as it came, or why there is none. */
export type Carried = { readonly token: string } | Refusal;

/** What a request carries. Of several tokens none is chosen: what others see in it must be what counts. */
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
 * The subprotocol to accept; empty for none. A browser that offers some closes the socket unless one of them is
 * accepted, in the case in which it was offered.
 * @returns `bearer` where it is offered, else the first that may be shown: a token never may
 */
export function acceptedProtocol({ headers }: Request): string {
  const names = subprotocols(headers);
  const accepted = names.find(isBearer) ?? names.find((name) => isName(name) && !isJwt(name));
  return accepted ?? "";
}

/** Other schemes are for whoever stands between, such as a proxy. */
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

/** Whether it can name a subprotocol: RFC 6455, section 4.1 leaves out spaces and separators. */
const isName = (name: string): boolean => /^[\w!#$%&'*+.^`|~-]+$/.test(name);

function isJwt(name: string): boolean {
  try {
    decodeProtectedHeader(name);
    return true;
  } catch {
    return false;
  }
}
