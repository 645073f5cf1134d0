// A server in a process of its own. It prints its address, or is told a port.

import { ExitError } from "../process/exit.ts";
import type { Run } from "./run.ts";

/** A server that does not listen after this time is taken to have failed. */
const startSeconds = 30;

/** Below the ports of connections on Linux (32,768 on) and elsewhere (49,152 on). */
const [firstPort, lastPort] = [10_000, 32_000] as const;

export class ServerProcess implements AsyncDisposable {
  readonly #name: string;
  readonly #run: Run;
  readonly #child: Bun.Subprocess<"ignore", "pipe", "pipe">;
  #url: URL | undefined;
  #complaint = "";
  #killed = false;

  /** Starts it. The run fails if it ends before it is disposed of. */
  constructor(name: string, command: readonly string[], run: Run) {
    this.#name = name;
    this.#run = run;
    this.#child = Bun.spawn([...command], { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
    this.#watch();
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** The first `http://host:port` that it prints, as a `ws:` address; `https:` as `wss:`. */
  async url(): Promise<URL> {
    await this.#run.until(() => this.#url !== undefined, startSeconds);
    if (this.#url === undefined) {
      throw new ExitError(`${this.#name} did not print its address within ${startSeconds} s`);
    }
    return this.#url;
  }

  /** Waits until it accepts connections on the loopback address. @param port that it was told to use */
  async listensAt(port: number): Promise<URL> {
    const deadline = performance.now() + startSeconds * 1000;
    while (!(await takesConnections(port))) {
      if (performance.now() > deadline)
        throw new ExitError(
          `${this.#name} does not listen on port ${port}, the variable PORT, after ${startSeconds} s`,
        );
      await this.#run.sleep(0.05);
    }
    return new URL(`ws://127.0.0.1:${port}`);
  }

  /**
   * Asks it to end by SIGTERM. From now on its end is no failure of the run.
   *
   * @returns seconds until it has ended; null if it has not after `maxSeconds`, or ended with an exit code
   */
  async stop(maxSeconds: number, run: Run): Promise<number | null> {
    this.#killed = true;
    const start = performance.now();
    this.#child.kill("SIGTERM");
    const { exited } = this.#child;
    let seconds: number | null = null;
    void exited.then((code) => {
      if (code === 0) seconds = (performance.now() - start) / 1000;
    });
    await run.until(
      () => this.#child.exitCode !== null || this.#child.signalCode !== null,
      maxSeconds,
    );
    return seconds;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#killed = true;
    // Not SIGTERM: a server that drains would only keep us waiting.
    this.#child.kill("SIGKILL");
    await this.#child.exited;
  }

  async #watch(): Promise<void> {
    await Promise.all([this.#readOutput(), this.#readErrors(), this.#child.exited]);
    if (this.#killed) return;
    const how = this.#child.signalCode ?? `exit code ${this.#child.exitCode}`;
    this.#run.fail(`${this.#name} ended with ${how}${this.#complaint && `: ${this.#complaint}`}`);
  }

  /** Reads on after the address, so that the process never has to wait for a full pipe. */
  async #readOutput(): Promise<void> {
    let printed = "";
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      if (this.#url !== undefined) continue;
      printed += text;
      const address = printed.match(/https?:\/\/[^\s"/]+:\d+/)?.[0];
      if (address !== undefined) this.#url = new URL(address.replace("http", "ws"));
    }
  }

  async #readErrors(): Promise<void> {
    for await (const text of this.#child.stderr.pipeThrough(new TextDecoderStream())) {
      this.#complaint = text.trim().split("\n").at(-1) ?? "";
    }
  }
}

/**
 * A port on which nobody was listening a moment ago. It is none of those that systems give to connections by themselves:
 * thousands of clients may connect before the server has taken it.
 */
export function freePort(): number {
  for (;;) {
    const port = firstPort + Math.floor(Math.random() * (lastPort - firstPort));
    if (canListenAt(port)) return port;
  }
}

function canListenAt(port: number): boolean {
  try {
    Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } }).stop(true);
    return true;
  } catch {
    return false;
  }
}

async function takesConnections(port: number): Promise<boolean> {
  try {
    const socket = await Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } });
    socket.terminate();
    return true;
  } catch {
    return false;
  }
}
