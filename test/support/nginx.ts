// A real nginx with the configuration that the project ships.

import { root } from "./paths.ts";
import type { ProxyKind } from "./proxy-process.ts";

/** Where the program is; tests that need it are skipped without. */
export const nginxProgram = "/usr/sbin/nginx";

export const nginx: ProxyKind = {
  name: "nginx",
  file: "nginx.conf",
  command: (folder) => [
    nginxProgram,
    "-p",
    folder,
    "-c",
    `${folder}/nginx.conf`,
    "-e",
    `${folder}/error.log`,
  ],
  stderr: "inherit",
  configurationFor,
};

/** deploy/nginx.conf with other addresses, in one process that writes into its folder alone. */
async function configurationFor(
  nodes: readonly URL[],
  port: number,
  folder: string,
  idleSeconds: number,
): Promise<string> {
  const shipped = await Bun.file(`${root}/deploy/nginx.conf`).text();
  const servers = nodes.map(({ host }) => `server ${host};`);
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  const changed = shipped
    .replace("worker_processes auto;", `daemon off;\nmaster_process off;\npid ${folder}/pid;`)
    .replace(/(?:server node\d:8081;\s*)+/, `${servers.join("\n")}\n`)
    .replace("listen 8080;", `listen 127.0.0.1:${port};`)
    .replace(/(proxy_\w+_timeout) 1h/g, `$1 ${idleSeconds}s`)
    .replace("access_log off;", `access_log off;\n${paths.join("\n")}`);
  if (changed.includes("node1") || changed.includes("8080")) throw new Error("deploy/nginx.conf?");
  return changed;
}
