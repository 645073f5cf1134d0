// The servers that PeerJS clients are to find alike: the compiled binary, as one node and as two, and the
// real PeerServer, under Node.

import { isThere } from "./missing.ts";
import { root } from "./paths.ts";
import { redisProgram } from "./redis-server.ts";
import { ServerProcess } from "./server-process.ts";
import { type Start, TwoNodes } from "./two-nodes.ts";

/** In the words of PeerServer. */
export interface PeerServerOptions {
  readonly path?: string;
  readonly key?: string;
  /** Milliseconds. */
  readonly expireTimeout?: number;
  /** Milliseconds. */
  readonly aliveTimeout?: number;
  readonly concurrentLimit?: number;
  readonly allowDiscovery?: boolean;
}

export interface PeerServer extends AsyncDisposable {
  readonly url: URL;
}

export interface PeerServerKind {
  readonly name: "signalbox" | "peer";
  /** As tests call it. */
  readonly title: string;
  /** Where there are two, every two clients are on different ones. */
  readonly nodes: 1 | 2;
  start(options?: PeerServerOptions): Promise<PeerServer>;
}

/** Option by option, what there is to say: `PEERJS_PATH` here, `--path` there. */
const flags: Readonly<Record<keyof PeerServerOptions, string>> = {
  path: "path",
  key: "key",
  expireTimeout: "expire_timeout",
  aliveTimeout: "alive_timeout",
  concurrentLimit: "concurrent_limit",
  allowDiscovery: "allow_discovery",
};

const given = (options: PeerServerOptions): readonly (readonly [string, string])[] =>
  Object.entries(flags).flatMap(([option, flag]) => {
    const value = options[option as keyof PeerServerOptions];
    return value === undefined ? [] : [[flag, `${value}`] as const];
  });

const signalbox = (title: string, nodes: 1 | 2, start: Start): PeerServerKind => ({
  name: "signalbox",
  title,
  nodes,
  start: (options = {}) =>
    start(
      [],
      Object.fromEntries(
        given(options).map(([flag, value]) => [`PEERJS_${flag.toUpperCase()}`, value]),
      ),
    ),
});

const peer: PeerServerKind = {
  name: "peer",
  title: "peer",
  nodes: 1,
  async start(options = {}) {
    const program = `${root}/node_modules/peer/dist/bin/peerjs.js`;
    const parameters = given(options).map(([flag, value]) => `--${flag}=${value}`);
    const process = Bun.spawn(["node", program, "--host=127.0.0.1", ...parameters], {
      env: { PATH: Bun.env["PATH"] ?? "", PORT: "0" },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "ignore",
    });
    const end = async (): Promise<void> => {
      process.kill("SIGKILL");
      await process.exited;
    };
    const port = await portIn(process.stdout);
    return { url: new URL(`http://127.0.0.1:${port}`), [Symbol.asyncDispose]: end };
  },
};

/** Two nodes only where there is Redis for them, and PeerServer where there is Node. */
export const peerServers: readonly PeerServerKind[] = [
  signalbox("signalbox", 1, ServerProcess.start),
  ...(isThere(redisProgram, "Redis") ? [signalbox("signalbox, two nodes", 2, TwoNodes.start)] : []),
  ...(isThere(Bun.which("node"), "Node") ? [peer] : []),
];

/** Reads the port from what PeerServer prints at start, and all the rest, so that it never blocks. */
function portIn(output: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const read = async (): Promise<void> => {
    let printed = "";
    for await (const text of output.pipeThrough(new TextDecoderStream())) {
      printed += text;
      const [, port] = /^Started PeerServer on .*, port: (\d+),/m.exec(printed) ?? [];
      if (port !== undefined) resolve(port);
    }
    reject(new Error(`PeerServer ended: ${printed}`));
  };
  void read();
  return promise;
}
