// What this machine has, for tests that depend on it.

import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { binary } from "./paths.ts";

/** Whether this machine has an IPv6 loopback address. */
export const hasIpv6 = Object.values(networkInterfaces())
  .flatMap((all) => all ?? [])
  .some(({ address }) => address === "::1");

/** The least port that everybody may listen on. */
function firstFreePort(): number {
  try {
    return Number(readFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8"));
  } catch {
    return 1024;
  }
}

const setpriv = Bun.which("setpriv");

/**
 * The beginning of a command line that runs a program as a user without rights, who may not listen on port 81.
 * Undefined if there is no such user here, or no such port, or if that user cannot run the binary.
 */
export const asNobody: readonly string[] | undefined = (() => {
  if (firstFreePort() <= 81) return undefined;
  if (process.getuid?.() !== 0) return [];
  if (setpriv === null) return undefined;
  const prefix = [setpriv, "--reuid=65534", "--regid=65534", "--clear-groups"];
  return Bun.spawnSync([...prefix, binary, "--version"]).exitCode === 0 ? prefix : undefined;
})();
