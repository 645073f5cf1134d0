// Clients of the RxDB protocol on raw sockets, at this server or at RxDB's own, which runs under Node.

import { textsSoFar } from "./fence.ts";
import { root } from "./paths.ts";
import { type OpenOptions, RawSocket } from "./raw-socket.ts";
import { heardWhenSettled, settled } from "./settled.ts";

/** RxDB's own server, in a process of its own. */
export class StockServer implements AsyncDisposable {
  readonly url: URL;
  readonly #process: Bun.Subprocess<"ignore", "pipe", "ignore">;

  private constructor(url: URL, process: Bun.Subprocess<"ignore", "pipe", "ignore">) {
    this.url = url;
    this.#process = process;
  }

  static async start(): Promise<StockServer> {
    const process = Bun.spawn(["node", `${root}/test/support/rxdb-stock-server.js`], {
      env: { PATH: Bun.env["PATH"] ?? "" },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "ignore",
    });
    const port = await portIn(process.stdout);
    return new StockServer(new URL(`http://127.0.0.1:${port}`), process);
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

/** Reads the port from what the server prints at start, and all the rest, so that it never blocks. */
function portIn(output: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const read = async (): Promise<void> => {
    let printed = "";
    for await (const text of output.pipeThrough(new TextDecoderStream())) {
      printed += text;
      const [, port] = /^port (\d+)$/m.exec(printed) ?? [];
      if (port !== undefined) resolve(port);
    }
    reject(new Error(`the server has ended: ${printed}`));
  };
  void read();
  return promise;
}

export class RxdbClient {
  readonly socket: RawSocket;
  readonly id: string;
  /** What came while it was waited for something else. */
  readonly #kept: string[] = [];

  private constructor(socket: RawSocket, id: string) {
    this.socket = socket;
    this.id = id;
  }

  /** Connects, learns its id, and joins rooms if there are any. The others have heard of it by then. */
  static async open(
    url: URL,
    rooms: readonly string[] = [],
    path = "/rxdb",
    options?: OpenOptions,
  ): Promise<RxdbClient> {
    const socket = await RawSocket.open(url, path, options);
    const text = await socket.next();
    const [, id] = /^\{"type":"init","yourPeerId":"([a-z]{12})"\}$/.exec(text) ?? [];
    if (id === undefined) throw new Error(`this is no init: ${text}`);
    const client = new RxdbClient(socket, id);
    for (const room of rooms) client.send({ type: "join", room });
    await client.#fenced("keep");
    await settled(url);
    return client;
  }

  /** Text as it is, anything else as JSON. */
  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** A signal to somebody else, as RxDB writes it. */
  signal(to: { readonly id: string }, room: string, data: unknown, more: object = {}): string {
    return JSON.stringify({
      type: "signal",
      senderPeerId: this.id,
      receiverPeerId: to.id,
      room,
      data,
      ...more,
    });
  }

  /** Sends, and waits until the server has dealt with it. @returns what came meanwhile */
  async say(...messages: readonly unknown[]): Promise<readonly string[]> {
    for (const message of messages) this.send(message);
    return await this.heard();
  }

  /** The next text, as soon as it comes. */
  async next(): Promise<string> {
    return this.#kept.shift() ?? (await this.socket.next());
  }

  /** Every text that the server has for this client by now. */
  heard(): Promise<readonly string[]> {
    return heardWhenSettled(this.socket.url, () => this.#fenced("take"));
  }

  /** The lists among them: the ids of each. */
  async lists(): Promise<readonly (readonly string[])[]> {
    return (await this.heard()).map((text) => JSON.parse(text).otherPeerIds);
  }

  async #fenced(what: "keep" | "take"): Promise<readonly string[]> {
    this.#kept.push(...(await textsSoFar(this.socket)));
    return what === "keep" ? [] : this.#kept.splice(0);
  }
}

/** The frame with which members are shown each other. */
export const joined = (...members: readonly { readonly id: string }[]): string =>
  JSON.stringify({ type: "joined", otherPeerIds: members.map(({ id }) => id) });

let rooms = 0;

/** A room's name that nobody else has. */
export const freshRoom = (): string => `room-${++rooms}-of-rxdb`;
