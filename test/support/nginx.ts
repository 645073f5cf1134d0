// A real nginx with the configuration that the project ships, in front of servers of a test.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { root } from "./paths.ts";
import { freePort } from "./y-webrtc-client.ts";

/** Where the program is; tests that need it are skipped without. */
export const nginxProgram = "/usr/sbin/nginx";

export class Nginx implements AsyncDisposable {
  readonly url: URL;
  readonly #folder: string;
  readonly #process: Bun.Subprocess;

  private constructor(port: number, folder: string) {
    this.url = new URL(`http://127.0.0.1:${port}`);
    this.#folder = folder;
    this.#process = Bun.spawn(
      [nginxProgram, "-p", folder, "-c", `${folder}/nginx.conf`, "-e", `${folder}/error.log`],
      { stdin: "ignore", stdout: "ignore", stderr: "inherit" },
    );
  }

  /**
   * Starts it in front of `nodes`, and waits until it answers.
   * @param idleSeconds after which it ends a WebSocket on which nothing passes
   */
  static async start(nodes: readonly URL[], idleSeconds = 3600): Promise<Nginx> {
    const port = await freePort();
    const folder = mkdtempSync(`${tmpdir()}/nginx-`);
    await Bun.write(
      `${folder}/nginx.conf`,
      await configurationFor(nodes, port, folder, idleSeconds),
    );
    const nginx = new Nginx(port, folder);
    const isUp = () =>
      fetch(new URL("/livez", nginx.url)).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!(await isUp())) await Bun.sleep(20);
    return nginx;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGTERM");
    await this.#process.exited;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

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
