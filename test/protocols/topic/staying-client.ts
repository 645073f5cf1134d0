// A client of the topic protocol that counts what it receives, loses its connection and comes back.

import type { FakeClient, FakeServer } from "../../support/fake-server.ts";
import type { FakeSocket } from "../../support/fake-socket.ts";

export interface Heard {
  readonly type: string;
  readonly [field: string]: unknown;
}

interface Resuming {
  readonly token?: string;
  readonly received?: string;
  readonly path?: string;
  /** If unset: the node that it was on. */
  readonly server?: FakeServer;
}

interface ClientOptions {
  /** Whether it does not ask to come back. */
  readonly isPlain?: boolean;
  /** Is told of each frame that it reads. */
  readonly take?: (frame: Heard) => void;
}

export class StayingClient {
  welcome: Heard = { type: "" };
  token = "";
  /** Frames that it has received in all. */
  received = 0;
  #server: FakeServer;
  readonly #onFrame: (frame: Heard) => void;
  #client: FakeClient;

  /** Joins, and reads its welcome and its list. @param isPlain whether it does not ask to come back */
  constructor(server: FakeServer, { isPlain = false, take = () => undefined }: ClientOptions = {}) {
    this.#server = server;
    this.#onFrame = take;
    this.#client = server.open(isPlain ? "/ws/room" : "/ws/room?resume=new");
    this.read();
  }

  get id(): string {
    return String(this.welcome["selfId"]);
  }

  /** The node that it has come to last. */
  get server(): FakeServer {
    return this.#server;
  }

  get socket(): FakeSocket {
    return this.#client.socket;
  }

  send(message: unknown): void {
    this.#client.send(message);
  }

  /** The line takes frames, and does not bring them any more. */
  deafen(): void {
    this.read();
    this.socket.stall(1_000_000);
  }

  /** Its connection ends. */
  cut(code = 1006): void {
    this.socket.hangUp(code);
  }

  /** Comes back, or tries to. */
  resume({
    token = this.token,
    received = `${this.received}`,
    path = "/ws/room",
    server = this.#server,
  }: Resuming = {}): void {
    const query = `resume=${encodeURIComponent(token)}&received=${encodeURIComponent(received)}`;
    this.#server = server;
    this.#client = server.open(`${path}?${query}`);
  }

  /** What it has received since the last call. */
  read(): readonly Heard[] {
    const heard = this.#client.reads().map((text): Heard => JSON.parse(text));
    for (const frame of heard) this.#take(frame);
    return heard;
  }

  #take(frame: Heard): void {
    this.received++;
    this.#onFrame(frame);
    if (frame.type !== "welcome") return;
    if (frame["resumed"] === false) this.received = 1;
    this.welcome = frame;
    this.token = String(frame["resume"]);
  }
}
