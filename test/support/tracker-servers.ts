// The servers that clients of trackers are to find alike: the compiled binary, as one node and as two, and
// bittorrent-tracker's own server, under Node.

import { isThere } from "./missing.ts";
import { root } from "./paths.ts";
import { redisProgram } from "./redis-server.ts";
import { ServerProcess } from "./server-process.ts";
import { type Start, TwoNodes } from "./two-nodes.ts";

export interface TrackerServer extends AsyncDisposable {
  readonly url: URL;
}

export interface TrackerServerKind {
  readonly title: string;
  readonly isOurs: boolean;
  /** @param intervalSeconds between two announces of a client */
  start(intervalSeconds?: number): Promise<TrackerServer>;
}

const program = `${root}/test/support/reference-tracker.mjs`;

/** bittorrent-tracker's own server, in a process of its own. */
export class ReferenceTracker implements TrackerServer {
  readonly url: URL;
  readonly #process: Bun.Subprocess;

  private constructor(url: URL, process: Bun.Subprocess) {
    this.url = url;
    this.#process = process;
  }

  static async start(intervalSeconds = 120): Promise<ReferenceTracker> {
    const process = Bun.spawn(["node", program], {
      env: { PATH: Bun.env["PATH"] ?? "", INTERVAL: `${intervalSeconds}` },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "ignore",
    });
    return new ReferenceTracker(await urlIn(process.stdout), process);
  }

  /** The exit code, once it has ended. */
  get exited(): Promise<number> {
    return this.#process.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.exited;
  }
}

const ours = (title: string, start: Start): TrackerServerKind => ({
  title,
  isOurs: true,
  start: (intervalSeconds = 120) => start([], { TRACKER_INTERVAL_SECONDS: `${intervalSeconds}` }),
});

/** Two nodes only where there is Redis for them, and the reference where there is Node. */
export const trackerServers: readonly TrackerServerKind[] = [
  ours("signalbox", ServerProcess.start),
  ...(isThere(redisProgram, "Redis") ? [ours("signalbox, two nodes", TwoNodes.start)] : []),
  ...(isThere(Bun.which("node"), "Node")
    ? [{ title: "bittorrent-tracker", isOurs: false, start: ReferenceTracker.start }]
    : []),
];

/** Reads the address from what it prints at start, and all the rest, so that it never blocks. */
function urlIn(output: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<URL> {
  const { promise, resolve, reject } = Promise.withResolvers<URL>();
  const read = async (): Promise<void> => {
    let printed = "";
    let isFound = false;
    for await (const text of output.pipeThrough(new TextDecoderStream())) {
      if (isFound) continue;
      printed += text;
      const [, port] = /^listening on port (\d+)\n/.exec(printed) ?? [];
      isFound = port !== undefined;
      if (isFound) resolve(new URL(`http://127.0.0.1:${port}`));
    }
    reject(new Error(`bittorrent-tracker's server ended: ${printed}`));
  };
  void read();
  return promise;
}
