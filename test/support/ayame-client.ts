// A client of the Ayame protocol on a raw socket.

import { textsSoFar } from "./fence.ts";
import { type End, type OpenOptions, RawSocket } from "./raw-socket.ts";
import { heardWhenSettled } from "./settled.ts";

let rooms = 0;

/** A room that nobody else has. */
export const freshAyameRoom = (): string => `room-${++rooms}`;

export class AyameClient {
  readonly socket: RawSocket;

  private constructor(socket: RawSocket) {
    this.socket = socket;
  }

  static async open(url: URL, path = "/signaling", options?: OpenOptions): Promise<AyameClient> {
    return new AyameClient(await RawSocket.open(url, path, options));
  }

  /** Connects and registers. */
  static async enter(url: URL, roomId: string, fields: object = {}): Promise<AyameClient> {
    const client = await AyameClient.open(url);
    client.send({ type: "register", roomId, clientId: "a client", ...fields });
    return client;
  }

  /** Text as it is, anything else as JSON. */
  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** All that has come since the last call. */
  async heard(): Promise<readonly unknown[]> {
    const texts = await heardWhenSettled(this.socket.url, () => textsSoFar(this.socket));
    return texts.map((text) => JSON.parse(text));
  }

  /** All that comes until the connection is closed, and how it is. */
  async rest(): Promise<{ readonly texts: readonly unknown[]; readonly end: End }> {
    const texts = (await this.socket.rest()).map((text) => JSON.parse(text));
    return { texts, end: await this.socket.closed };
  }

  async leave(): Promise<void> {
    this.socket.close(1000);
    await this.socket.gone;
  }
}
