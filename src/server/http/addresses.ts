// Where what is served, in words for the line at start.

import type { Guide } from "../../protocols/protocol.ts";

/** The address of a server, as one can open it on this machine. */
export function originOf({ hostname, host, port }: URL): string {
  const isEverywhere = hostname === "0.0.0.0" || hostname === "[::]";
  return `http://${isEverywhere ? `localhost:${port}` : host}`;
}

/** Addresses by what is there: each protocol's by its name, and the pages. */
export function addressesOf(
  origin: string,
  protocols: readonly { readonly name: string; readonly guide: Guide }[],
): Readonly<Record<string, string>> {
  const ws = origin.replace("http", "ws");
  const sockets = protocols.map(({ name, guide }) => [name, ws + guide.path]);
  return { ...Object.fromEntries(sockets), page: origin, demo: `${origin}/demo` };
}
