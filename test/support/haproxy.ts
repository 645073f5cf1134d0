// A real HAProxy with the configuration that the project ships.

import { root } from "./paths.ts";
import type { ProxyKind } from "./proxy-process.ts";

/** Where the program is; tests that need it are skipped without. */
export const haproxyProgram = "/usr/sbin/haproxy";

export const haproxy: ProxyKind = {
  name: "haproxy",
  file: "haproxy.cfg",
  command: (folder) => [haproxyProgram, "-db", "-f", `${folder}/haproxy.cfg`],
  stderr: "ignore",
  configurationFor,
};

/** deploy/haproxy.cfg with other addresses. */
async function configurationFor(
  nodes: readonly URL[],
  port: number,
  _folder: string,
  idleSeconds: number,
): Promise<string> {
  const shipped = await Bun.file(`${root}/deploy/haproxy.cfg`).text();
  const servers = nodes.map(({ host }, index) => `  server node-${index} ${host}`);
  const changed = shipped
    .replace(/(?: *server node\d node\d:8081\n)+/, `${servers.join("\n")}\n`)
    .replace("bind :8080", `bind 127.0.0.1:${port}`)
    .replace("timeout tunnel 1h", `timeout tunnel ${idleSeconds}s`);
  if (changed.includes("8081") || changed.includes("8080")) throw new Error("deploy/haproxy.cfg?");
  return changed;
}
