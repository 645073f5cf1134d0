// A real reverse proxy with a configuration that the project ships, in a process and a folder of its own.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { freePort } from "./y-webrtc-client.ts";

/** What differs from one proxy to another. */
export interface ProxyKind {
  readonly name: string;
  /** The name of its configuration in its folder. */
  readonly file: string;
  readonly command: (folder: string) => readonly string[];
  /** Whether what it says on standard error is shown: HAProxy warns of what is meant. */
  readonly stderr: "inherit" | "ignore";
  /**
   * Its shipped configuration with other addresses.
   * @param idleSeconds after which it ends a WebSocket on which nothing passes
   */
  readonly configurationFor: (
    nodes: readonly URL[],
    port: number,
    folder: string,
    idleSeconds: number,
  ) => Promise<string>;
}

export class ProxyProcess implements AsyncDisposable {
  readonly url: URL;
  readonly #folder: string;
  readonly #process: Bun.Subprocess;

  private constructor(port: number, folder: string, { command, stderr }: ProxyKind) {
    this.url = new URL(`http://127.0.0.1:${port}`);
    this.#folder = folder;
    const program = [...command(folder)];
    this.#process = Bun.spawn(program, { stdin: "ignore", stdout: "ignore", stderr });
  }

  /** Starts it in front of `nodes`, and waits until it answers. */
  static async start(
    kind: ProxyKind,
    nodes: readonly URL[],
    idleSeconds = 3600,
    triesLeft = 3,
  ): Promise<ProxyProcess> {
    const port = await freePort();
    const folder = mkdtempSync(`${tmpdir()}/${kind.name}-`);
    const configuration = await kind.configurationFor(nodes, port, folder, idleSeconds);
    await Bun.write(`${folder}/${kind.file}`, configuration);
    const proxy = new ProxyProcess(port, folder, kind);
    const isUp = () =>
      fetch(new URL("/livez", proxy.url)).then(
        ({ ok }) => ok,
        () => false,
      );
    while (proxy.#process.exitCode === null) {
      if (await isUp()) return proxy;
      await Bun.sleep(20);
    }
    await proxy[Symbol.asyncDispose]();
    // Somebody else has taken the port meanwhile, or the program says on standard error what is wrong.
    if (triesLeft === 1) throw new Error(`${kind.name} ends before it answers`);
    return await ProxyProcess.start(kind, nodes, idleSeconds, triesLeft - 1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGTERM");
    await this.#process.exited;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
