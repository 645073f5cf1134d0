// Who a request comes from: the address of its connection, or, behind proxies that are trusted, the last address that
// they name which is not theirs.

import { BlockList, isIP } from "node:net";

/** A network: `10.0.0.0/8`, or one address. */
const cidrPattern = /^([\d.]+|[\da-f:.]+)(?:\/(\d{1,3}))?$/i;

/** Loopback, private and link-local networks (RFC 1918, RFC 4193, RFC 3927, RFC 4291). */
export const privateNetworks: readonly string[] = [
  "127.0.0.0/8",
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "169.254.0.0/16",
  "::1/128",
  "fc00::/7",
  "fe80::/10",
];

/** Entries of a header that are looked at, from the last: more proxies than that are none. */
const maxHops = 32;

/** Whether a text is a network, as `--trusted-proxies` lists them. */
export function isNetwork(text: string): boolean {
  const [, address = "", prefix] = cidrPattern.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(prefix ?? 0) <= (family === 4 ? 32 : 128);
}

/** An address of connections, as it is read. */
interface KnownPeer {
  readonly peer: string;
  /** `undefined` for what is no address. */
  readonly own: string | undefined;
  readonly isTrusted: boolean;
}

export class ClientAddresses {
  readonly #trusted = new BlockList();
  /** Behind a proxy all connections come from one address, which takes longer to read than a request's path. */
  #last: KnownPeer | undefined;

  /** @param trusted networks: see `isNetwork` */
  constructor(trusted: readonly string[]) {
    for (const network of trusted) {
      const [address = "", prefix] = network.split("/");
      const family = isIP(address) === 4 ? "ipv4" : "ipv6";
      const bits = prefix === undefined ? (family === "ipv4" ? 32 : 128) : Number(prefix);
      this.#trusted.addSubnet(address, bits, family);
    }
  }

  /**
   * @param peer address of the connection
   * @returns the client's address, an IPv6 one by its /64 network; `undefined` if it is in a trusted network itself,
   * and `unknown` if the proxies name something that is no address
   */
  of(headers: Headers, peer: string): string | undefined {
    const { own, isTrusted } = this.#read(peer);
    if (own === undefined) return "unknown";
    if (!isTrusted) return byNetwork(own);
    for (const hop of hopsIn(headers)) {
      const address = plain(hop);
      if (address === undefined) return "unknown";
      if (!this.#isTrusted(address)) return byNetwork(address);
    }
    return undefined;
  }

  #read(peer: string): KnownPeer {
    if (this.#last?.peer === peer) return this.#last;
    const own = plain(peer);
    this.#last = { peer, own, isTrusted: own !== undefined && this.#isTrusted(own) };
    return this.#last;
  }

  #isTrusted(address: string): boolean {
    return this.#trusted.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");
  }
}

/**
 * The addresses that proxies have added, the last one first. `Forwarded` counts only without `X-Forwarded-For`: a proxy
 * that sets one of them passes the other on as the client has sent it.
 */
function hopsIn(headers: Headers): readonly string[] {
  const list = headers.get("X-Forwarded-For");
  if (list !== null) return lastOf(list);
  const forwarded = headers.get("Forwarded");
  if (forwarded === null) return [];
  return lastOf(forwarded).flatMap((element) => {
    const [, value] = /(?:^|;)\s*for=("[^"]*"|[^;,\s]*)/i.exec(element) ?? [];
    return value === undefined ? [] : [value.replaceAll('"', "")];
  });
}

const lastOf = (list: string): readonly string[] =>
  list
    .split(",")
    .slice(-maxHops)
    .map((hop) => hop.trim())
    .toReversed();

/** An address without brackets, port and zone; an IPv4 one that is mapped into IPv6 as such. */
function plain(text: string): string | undefined {
  const [, bracketed, rest] = /^(?:\[([^\]]*)\](?::\d+)?|(.*))$/.exec(text) ?? [];
  const withPort = rest !== undefined && /^[\d.]+:\d+$/.test(rest);
  const [address = ""] = (bracketed ?? (withPort ? rest.split(":")[0] : rest) ?? "").split("%");
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1] ?? address;
  return isIP(mapped) === 0 ? undefined : mapped;
}

/** One client has a whole /64 of IPv6. */
function byNetwork(address: string): string {
  if (isIP(address) === 4) return address;
  // The URL writes it in one way (RFC 5952), with the longest run of zeros as `::`.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = "", tail] = canonical.split("::");
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length;
  const groups = [...first, ...Array<string>(zeros).fill("0"), ...last];
  return `${groups.slice(0, 4).join(":")}::/64`;
}
