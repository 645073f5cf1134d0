// The compiled binary as a shell runs it: arguments, environment and working directory in, exit code and
// output back. Nothing of this process's own environment gets in.

import { binary } from "./paths.ts";

export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What stands on its standard input. */
  readonly input?: string;
  /** Stands before the program on the command line that is run. */
  readonly prefix?: readonly string[];
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export class Program implements AsyncDisposable {
  readonly #process: Bun.Subprocess<Blob, "pipe", "pipe">;
  readonly #firstLine = Promise.withResolvers<string>();
  /** Resolves when it has ended and all that it wrote was read. */
  readonly ended: Promise<Ended>;

  constructor(args: readonly string[], surroundings: Surroundings = {}) {
    const { env = {}, cwd = "/", input = "", prefix = [] } = surroundings;
    this.#process = Bun.spawn([...prefix, binary, ...args], {
      cwd,
      env,
      stdin: new Blob([input]),
      stdout: "pipe",
      stderr: "pipe",
    });
    this.ended = this.#run();
  }

  /** Starts a server on a free port of the loopback address, and waits until it listens. */
  static async serve(
    args: readonly string[] = [],
    surroundings: Surroundings = {},
  ): Promise<Program & { readonly url: URL }> {
    const env = { PORT: "0", HOST: "127.0.0.1", ...surroundings.env };
    const program = new Program(args, { ...surroundings, env });
    const line = await program.#firstLine.promise;
    const [, url] = / listens at ([^"\s]+)"/.exec(line) ?? [];
    if (url === undefined) throw new Error(`it does not listen: ${line}`);
    return Object.assign(program, { url: new URL(url) });
  }

  /** Resolves with the first line on standard output, or with its end if there is none. */
  get firstLine(): Promise<string> {
    return this.#firstLine.promise;
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.ended;
  }

  async #run(): Promise<Ended> {
    const [code, stdout, stderr] = await Promise.all([
      this.#process.exited,
      this.#read(),
      new Response(this.#process.stderr).text(),
    ]);
    this.#firstLine.resolve(`exit code ${code}: ${stderr}`);
    return { code, stdout, stderr };
  }

  async #read(): Promise<string> {
    let text = "";
    for await (const more of this.#process.stdout.pipeThrough(new TextDecoderStream())) {
      text += more;
      if (text.includes("\n")) this.#firstLine.resolve(text.slice(0, text.indexOf("\n")));
    }
    return text;
  }
}

/** Starts a server that should refuse to start; one that listens nevertheless is ended. */
export async function refusal(
  args: readonly string[],
  surroundings?: Surroundings,
): Promise<Ended> {
  await using program = new Program(args, surroundings);
  await program.firstLine;
  program.signal("SIGKILL");
  return await program.ended;
}

/** Runs it to its end. */
export const run = (args: readonly string[], surroundings?: Surroundings): Promise<Ended> =>
  new Program(args, surroundings).ended;
