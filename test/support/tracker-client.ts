// A client of a tracker on a raw socket.

import { RawSocket } from "./raw-socket.ts";
import { heardWhenSettled } from "./settled.ts";
import { announce, binary, type Fields } from "./tracker-frames.ts";

/** A swarm that nobody joins, for questions whose answers say that all before has been dealt with. */
const fence = "fence";

let swarms = 0;

/** A swarm that nobody else has. */
export const freshSwarm = (): string => `swarm-${++swarms}`;

export class TrackerClient {
  readonly name: string;
  readonly socket: RawSocket;

  private constructor(name: string, socket: RawSocket) {
    this.name = name;
    this.socket = socket;
  }

  static async open(url: URL, name = "ann", path = "/tracker"): Promise<TrackerClient> {
    return new TrackerClient(name, await RawSocket.open(url, path));
  }

  /** Connects and announces. */
  static async enter(
    url: URL,
    swarm: string,
    name: string,
    fields: Fields = {},
  ): Promise<TrackerClient> {
    const client = await TrackerClient.open(url, name);
    await client.say(announce(swarm, name, fields));
    return client;
  }

  /** Text as it is, anything else as JSON. */
  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** Sends, and waits until the server has dealt with it. @returns what came meanwhile */
  async say(...messages: readonly unknown[]): Promise<readonly unknown[]> {
    for (const message of messages) this.send(message);
    return await this.heard();
  }

  /** Every frame that the server has for this client by now. */
  async heard(): Promise<readonly unknown[]> {
    return (await this.heardTexts()).map((text) => JSON.parse(text));
  }

  /** The same, as they came. */
  heardTexts(): Promise<readonly string[]> {
    return heardWhenSettled(this.socket.url, () => this.#fenced());
  }

  async leave(): Promise<void> {
    this.socket.close(1000);
    await this.socket.gone;
  }

  /** Twice: bittorrent-tracker's server makes a new swarm a little later than it answers in an old one. */
  async #fenced(): Promise<readonly string[]> {
    return [...(await this.#untilFence()), ...(await this.#untilFence())];
  }

  async #untilFence(): Promise<readonly string[]> {
    this.send(announce(fence, fence, { event: "stopped" }));
    const texts: string[] = [];
    for (;;) {
      const text = await this.socket.next();
      if (text.includes(`"info_hash":"${binary(fence)}"`)) return texts;
      texts.push(text);
    }
  }
}
