// Where the token of a request is: `?token=`, `Authorization: Bearer`, or behind `bearer` in the offered
// subprotocols, which is the one header that a page can set on a WebSocket.

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

/** The subprotocol to accept: never the token, which browsers would show as one. Empty for none. */
export const acceptedProtocol = ({ headers }: Request): "bearer" | "" =>
  subprotocols(headers).includes("bearer") ? "bearer" : "";

/** Other schemes are for whoever stands between, such as a proxy. */
const authorized = (header: string): readonly string[] =>
  /^Bearer(?: +(.*))?$/i
    .exec(header)
    ?.map((part) => part ?? "")
    .slice(1) ?? [];

const offered = (headers: Headers): readonly string[] => {
  const names = subprotocols(headers);
  return names.flatMap((name, index) => (name === "bearer" ? [names[index + 1] ?? ""] : []));
};

const subprotocols = (headers: Headers): readonly string[] =>
  headers
    .get("Sec-WebSocket-Protocol")
    ?.split(",")
    .map((name) => name.trim()) ?? [];
