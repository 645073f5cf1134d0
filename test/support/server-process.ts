// The compiled binary in a process of its own, as people run it: on a free port, with its log at hand.

import { binary } from "./paths.ts";

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** Whether a line tells of something that an operator should look into. */
export const isNotable = ({ level, msg }: LogLine): boolean =>
  // A busy machine makes ticks slow, whatever the server does.
  (level === "warn" && msg !== "slow tick") || level === "error";

export class ServerProcess implements AsyncDisposable {
  readonly #process: Bun.Subprocess<"ignore", "pipe", "pipe">;
  readonly #lines: LogLine[] = [];
  readonly #started = Promise.withResolvers<URL>();
  #waiting: (() => void)[] = [];

  private constructor(
    args: readonly string[],
    environment: Record<string, string>,
    prefix: readonly string[],
  ) {
    this.#process = Bun.spawn([...prefix, binary, ...args], {
      env: { PORT: "0", HOST: "127.0.0.1", LOG_LEVEL: "debug", ...environment },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    void this.#read();
  }

  /** Starts the server and waits until it listens. @param prefix stands before the program on the command line */
  static async start(
    args: readonly string[] = [],
    environment: Record<string, string> = {},
    prefix: readonly string[] = [],
  ): Promise<ServerProcess & { readonly url: URL }> {
    const server = new ServerProcess(args, environment, prefix);
    const url = await server.#started.promise;
    return Object.assign(server, { url });
  }

  /** Where its operators' port is. It must listen already. */
  get operators(): URL {
    const line = this.#lines.find(({ operators }) => operators !== undefined);
    return new URL(String(line?.["operators"]));
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** What it has logged so far. */
  get log(): readonly LogLine[] {
    return this.#lines;
  }

  /** Resolves with the first line, logged already or yet to come, that `matches`. */
  async logged(matches: (line: LogLine) => boolean): Promise<LogLine> {
    for (;;) {
      const line = this.#lines.find(matches);
      if (line !== undefined) return line;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  /** Resolves with the exit code once the process has ended, by itself or by a signal. */
  get exited(): Promise<number> {
    return this.#process.exited;
  }

  /** Resident memory, in bytes. */
  async residentBytes(): Promise<number> {
    const status = await Bun.file(`/proc/${this.pid}/status`).text();
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.exited;
  }

  async #read(): Promise<void> {
    let rest = "";
    for await (const text of this.#process.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#add(JSON.parse(line));
    }
    const complaint = await new Response(this.#process.stderr).text();
    this.#started.reject(new Error(`the server ended before it listened: ${complaint}`));
  }

  #add(line: LogLine): void {
    this.#lines.push(line);
    const address = / listens at (\S+)$/.exec(line.msg)?.[1];
    if (address !== undefined) this.#started.resolve(new URL(address));
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
