// Addresses in words: where a server is reached that listens somewhere, and what is served there.

import type { Guide } from "../../protocols/protocol.ts";

/** Addresses that stand for all of a machine, as URLs write them. The last is IPv4 in IPv6's form. */
const everywhere = ["0.0.0.0", "[::]", "[::ffff:0:0]"];

/** The address of a server, as one can open it on this machine. */
export function originOf(url: URL): string {
  const shown = new URL(url);
  if (everywhere.includes(url.hostname)) shown.hostname = "localhost";
  return shown.origin;
}

/**
 * Where this machine reaches a server that listens at `host`, in URLs' form.
 * @returns several where any of them may be the one: a machine may have IPv4 only, or IPv6 only
 */
export function hostsToReach(host: string): readonly string[] {
  const { hostname } = new URL(`http://${host.includes(":") ? `[${host}]` : host}`);
  if (!everywhere.includes(hostname)) return [hostname];
  return hostname === "[::]" ? ["127.0.0.1", "[::1]"] : ["127.0.0.1"];
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
