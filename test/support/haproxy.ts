// A real HAProxy with the configuration that the project ships, in front of servers of a test.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { root } from "./paths.ts";
import { freePort } from "./y-webrtc-client.ts";

/** Where the program is; tests that need it are skipped without. */
export const haproxyProgram = "/usr/sbin/haproxy";

export class Haproxy implements AsyncDisposable {
  readonly url: URL;
  readonly #folder: string;
  readonly #process: Bun.Subprocess;

  private constructor(port: number, folder: string) {
    this.url = new URL(`http://127.0.0.1:${port}`);
    this.#folder = folder;
    this.#process = Bun.spawn([haproxyProgram, "-db", "-f", `${folder}/haproxy.cfg`], {
      stdin: "ignore",
      stdout: "ignore",
      stderr: "ignore",
    });
  }

  /**
   * Starts it in front of `nodes`, and waits until it answers.
   * @param idleSeconds after which it ends a WebSocket on which nothing passes
   */
  static async start(nodes: readonly URL[], idleSeconds = 3600): Promise<Haproxy> {
    const port = await freePort();
    const folder = mkdtempSync(`${tmpdir()}/haproxy-`);
    await Bun.write(`${folder}/haproxy.cfg`, await configurationFor(nodes, port, idleSeconds));
    const haproxy = new Haproxy(port, folder);
    const isUp = () =>
      fetch(new URL("/livez", haproxy.url)).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!(await isUp())) await Bun.sleep(20);
    return haproxy;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGTERM");
    await this.#process.exited;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** deploy/haproxy.cfg with other addresses. */
async function configurationFor(
  nodes: readonly URL[],
  port: number,
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
