// Clients of the y-webrtc protocol on raw sockets, at this server or at the reference server, which is
// y-webrtc's own and runs under Node.

import { createServer } from "node:net";
import { root } from "./paths.ts";
import { RawSocket } from "./raw-socket.ts";
import { heardWhenSettled } from "./settled.ts";

/** The command line of y-webrtc's own server; its port comes by the environment. */
export const referenceCommand = ["node", `${root}/node_modules/y-webrtc/bin/server.js`] as const;

/** y-webrtc's own server, in a process of its own. */
export class ReferenceServer implements AsyncDisposable {
  readonly url: URL;
  readonly #process: Bun.Subprocess;

  private constructor(port: number) {
    this.url = new URL(`http://127.0.0.1:${port}`);
    this.#process = Bun.spawn([...referenceCommand], {
      env: { PATH: process.env["PATH"] ?? "", PORT: `${port}` },
      stdout: "ignore",
      stderr: "ignore",
    });
  }

  /** Starts it and waits until it listens; it says so too early, and so it is asked. */
  static async start(): Promise<ReferenceServer> {
    const server = new ReferenceServer(await freePort());
    while (server.#process.exitCode === null) {
      if (await server.#answers()) return server;
      await Bun.sleep(20);
    }
    // Somebody else has taken the port meanwhile.
    return await ReferenceServer.start();
  }

  #answers(): Promise<boolean> {
    return fetch(this.url).then(
      ({ ok }) => ok,
      () => false,
    );
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

/** A port that was free a moment ago, for a server that must be told one. */
export async function freePort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const address = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  if (address === null || typeof address === "string") throw new Error("this is no port");
  return address.port;
}

export class YClient {
  readonly socket: RawSocket;

  private constructor(socket: RawSocket) {
    this.socket = socket;
  }

  /** Connects, and subscribes to topics where there are any. */
  static async open(url: URL, topics: readonly string[] = [], path = "/signal"): Promise<YClient> {
    const client = new YClient(await RawSocket.open(url, path));
    if (topics.length > 0) client.send({ type: "subscribe", topics });
    await client.heard();
    return client;
  }

  /** Text as it is, anything else as JSON. */
  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** Sends, and waits until the server has dealt with it. @returns what came meanwhile */
  async say(...messages: readonly unknown[]): Promise<readonly string[]> {
    for (const message of messages) this.send(message);
    return await this.heard();
  }

  /** Every text that the server has for this client by now: those before the answer to a ping. */
  heard(): Promise<readonly string[]> {
    return heardWhenSettled(this.socket.url, () => this.#fenced());
  }

  async heardJson(): Promise<readonly unknown[]> {
    return (await this.heard()).map((text) => JSON.parse(text));
  }

  async #fenced(): Promise<readonly string[]> {
    this.socket.send('{"type":"ping"}');
    const texts: string[] = [];
    for (let text = await this.socket.next(); text !== pong; text = await this.socket.next())
      texts.push(text);
    return texts;
  }
}

const pong = '{"type":"pong"}';

let rooms = 0;

/** A room's name that nobody else has. */
export const freshRoom = (): string => `room-${++rooms}`;
