// The flags of PeerServer (`peerjs`, from the package `peer` 1.0), for those who come from there.

/** Its flags and ours that do the same. Values have the same form and unit. */
export const sameFlags: Readonly<Record<string, string>> = {
  "-H": "--host",
  "-c": "--peerjs-concurrent-limit",
  "--concurrent_limit": "--peerjs-concurrent-limit",
  "--alive_timeout": "--peerjs-alive-timeout",
  "-t": "--peerjs-expire-timeout",
  "--expire_timeout": "--peerjs-expire-timeout",
  "-k": "--peerjs-key",
  "--key": "--peerjs-key",
  "--path": "--peerjs-path",
  "--allow_discovery": "--peerjs-allow-discovery",
  "--sslkey": "--tls-key-file",
  "--sslcert": "--tls-cert-file",
};

/** Its flags that have no counterpart, and what to do. */
export const needlessFlags: Readonly<Record<string, string>> = {
  "--proxied": "leave it out, the server works behind a proxy as it is",
  "--cors": "leave it out, pages of all origins may connect",
};

/**
 * What to write instead of a flag of PeerServer.
 * @returns nothing for a flag that it does not have
 */
export function insteadOf(flag: string): string | undefined {
  const ours = sameFlags[flag];
  return ours === undefined ? needlessFlags[flag] : `PeerServer's ${flag} is ${ours} here`;
}
