// Addresses for people and for `healthcheck`: where a server can be reached, and what it serves there.

import type { Guide } from "../../protocols/protocol.ts";

/** Hosts that mean all addresses of a machine, as URLs write them. The last is 0.0.0.0 mapped to IPv6. */
const everywhere = ["0.0.0.0", "[::]", "[::ffff:0:0]"];

/** The address of a server, as it can be opened on this machine. */
export function originOf(url: URL): string {
  const shown = new URL(url);
  if (everywhere.includes(url.hostname)) shown.hostname = "localhost";
  return shown.origin;
}

/**
 * The hosts at which this machine may reach a server that listens at `host`, as URLs write them.
 * @returns several if `host` means all addresses: the machine may have only IPv4, or only IPv6
 */
export function hostsToReach(host: string): readonly string[] {
  const { hostname } = new URL(`http://${host.includes(":") ? `[${host}]` : host}`);
  if (!everywhere.includes(hostname)) return [hostname];
  return hostname === "[::]" ? ["127.0.0.1", "[::1]"] : ["127.0.0.1"];
}

/** The address of each protocol, by its name, and of the pages. */
export function addressesOf(
  origin: string,
  protocols: readonly { readonly name: string; readonly guide: Guide }[],
): Readonly<Record<string, string>> {
  const ws = origin.replace("http", "ws");
  const sockets = protocols.map(({ name, guide }) => [name, ws + guide.path]);
  return { ...Object.fromEntries(sockets), page: origin, demo: `${origin}/demo` };
}
