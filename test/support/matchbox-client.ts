// A client of the matchbox protocol on a raw socket.

import { RawSocket } from "./raw-socket.ts";
import { heardWhenSettled } from "./settled.ts";

let rooms = 0;

/** A room that nobody else has. */
export const freshMatchboxRoom = (): string => `game-${++rooms}`;

export class MatchboxClient {
  readonly socket: RawSocket;
  readonly id: string;

  private constructor(socket: RawSocket, id: string) {
    this.socket = socket;
    this.id = id;
  }

  /** Connects, and reads its id. @param path with the query */
  static async enter(url: URL, path: string): Promise<MatchboxClient> {
    const socket = await RawSocket.open(url, path);
    const { IdAssigned: id } = JSON.parse(await socket.next());
    return new MatchboxClient(socket, id);
  }

  /** Text as it is, anything else as JSON. */
  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  signal(to: MatchboxClient | string, data: unknown): void {
    this.send({ Signal: { receiver: typeof to === "string" ? to : to.id, data } });
  }

  /** All that has come since the last call. */
  async heard(): Promise<readonly unknown[]> {
    const texts = await heardWhenSettled(this.socket.url, async () => {
      this.signal(this, "fence");
      const before: string[] = [];
      for (;;) {
        const text = await this.socket.next();
        if (text.endsWith('"data":"fence"}}')) return before;
        before.push(text);
      }
    });
    return texts.map((text) => JSON.parse(text));
  }

  async leave(): Promise<void> {
    this.socket.close(1000);
    await this.socket.gone;
  }
}
