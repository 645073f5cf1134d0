// A real coturn in a process of its own, with the directives that docs/ice.md gives, on a free port.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { documentAt } from "./documents.ts";

export const turnserverPath = "/usr/bin/turnserver";

/** What a test needs beside: nothing but this machine, and no file outside of the folder. */
const ofTests = (folder: string): readonly string[] => [
  "listening-ip=127.0.0.1",
  "relay-ip=127.0.0.1",
  "allow-loopback-peers",
  "no-tls",
  "no-dtls",
  `userdb=${folder}/turndb`,
  `pidfile=${folder}/pid`,
  "log-file=stdout",
];

export class Coturn implements AsyncDisposable {
  readonly #process: Bun.Subprocess<"ignore", "pipe", "ignore">;
  readonly #folder: string;
  readonly port: number;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.port = port;
    this.#process = Bun.spawn([turnserverPath, "-c", `${folder}/turnserver.conf`], {
      cwd: folder,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "ignore",
    });
  }

  /** Starts coturn with the document's directives and this secret, and waits until it answers. */
  static async start(secret: string): Promise<Coturn> {
    const folder = await mkdtemp(join(tmpdir(), "coturn-"));
    const port = await freePort();
    const directives = (await documentedDirectives())
      .replace(/(?<=^listening-port=).*/m, String(port))
      .replace(/(?<=^static-auth-secret=).*/m, secret);
    await Bun.write(`${folder}/turnserver.conf`, [directives, ...ofTests(folder), ""].join("\n"));
    const coturn = new Coturn(folder, port);
    const ended = new Response(coturn.#process.stdout).text().then((output) => {
      throw new Error(`coturn ended before it answered: ${output}`);
    });
    await Promise.race([answering(port), ended]);
    // Once it has answered, it may end.
    ended.catch(() => undefined);
    return coturn;
  }

  /** As clients have it. */
  get url(): string {
    return `turn:127.0.0.1:${this.port}?transport=udp`;
  }

  /** Whether two clients with these credentials reach each other through it, as its own tool says. */
  async lets(username: string, credential: string): Promise<boolean> {
    const who = ["-u", username, "-w", credential, "-p", String(this.port)];
    // One message from client to client, without a channel for RTCP.
    const tool = Bun.spawn(["turnutils_uclient", ...who, "-y", "-c", "-n", "1", "127.0.0.1"], {
      cwd: this.#folder,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "ignore",
    });
    const [output, code] = await Promise.all([new Response(tool.stdout).text(), tool.exited]);
    const isRelayed = code === 0 && output.includes("Total lost packets 0 (");
    const isRefused = code !== 0 && output.includes("Cannot complete Allocation");
    if (isRelayed === isRefused) throw new Error(`turnutils_uclient: ${code} ${output}`);
    return isRelayed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.exited;
    await rm(this.#folder, { recursive: true });
  }
}

/** The block of the document that begins with the name of coturn's file. */
async function documentedDirectives(): Promise<string> {
  const document = await documentAt("docs/ice.md");
  const [, directives] = /^```text\n# \/etc\/turnserver\.conf\n([^`]+)\n```$/m.exec(document) ?? [];
  if (directives === undefined) throw new Error("docs/ice.md shows no turnserver.conf");
  return directives;
}

async function freePort(): Promise<number> {
  const socket = await Bun.udpSocket({ hostname: "127.0.0.1" });
  const { port } = socket;
  socket.close();
  return port;
}

/** Resolves once something at the port answers a STUN binding request (RFC 8489, section 5). */
async function answering(port: number): Promise<void> {
  const request = Buffer.from(`000100002112a442${"00".repeat(12)}`, "hex");
  const { promise: answered, resolve } = Promise.withResolvers<void>();
  const socket = await Bun.udpSocket({
    hostname: "127.0.0.1",
    // Refused, as long as nobody listens.
    socket: { data: () => resolve(), error: () => undefined },
  });
  const ask = () => void socket.send(request, port, "127.0.0.1");
  const asking = setInterval(ask, 20);
  await answered;
  clearInterval(asking);
  socket.close();
}
