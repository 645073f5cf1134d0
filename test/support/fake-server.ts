// Protocols mounted on a fake node, and their clients: the part of the server between a request and a
// conversation, without HTTP and Bun.

import { Tokens } from "../../src/auth/tokens.ts";
import type { Bus } from "../../src/core/bus.ts";
import type { Limits } from "../../src/core/limits.ts";
import type { Peer } from "../../src/core/peer.ts";
import type { Option, Settings } from "../../src/options/option.ts";
import type { Mount, Opening, Protocol } from "../../src/protocols/protocol.ts";
import { Connection } from "../../src/server/connection.ts";
import { FakeNode, patient } from "./fake-node.ts";
import type { FakeSocket } from "./fake-socket.ts";

/** Every option at its default. */
const defaults = <Value>(option: Option<Value>): Value => option.default;

export class FakeServer extends FakeNode {
  /** What the protocols told the operator. */
  readonly warnings: (readonly [object, string])[] = [];
  readonly #mounts: readonly Mount[];

  constructor(
    protocols: readonly Protocol[],
    limits: Partial<Limits> = {},
    bus?: Bus,
    settings: Settings = defaults,
  ) {
    super(limits, bus);
    const warn = (fields: object, message: string) => {
      this.warnings.push([fields, message]);
    };
    const tokens = new Tokens(settings);
    this.#mounts = protocols.map(({ mount }) => mount(this.node, settings, { warn }, tokens));
  }

  /** What the protocols say to a request: a status, `later`, `upgrade`, or nothing. */
  route(path: string, isUpgrade = true): number | "later" | "upgrade" | undefined {
    const reply = this.#reply(path, isUpgrade);
    if (reply instanceof Response) return reply.status;
    if (reply instanceof Promise) return "later";
    return reply === undefined ? undefined : "upgrade";
  }

  /** Upgrades a request; the conversation may close the socket at once. */
  open(path: string): FakeClient {
    const opening = this.#reply(path, true);
    if (typeof opening !== "function") throw new Error(`${path} is no socket`);
    return new FakeClient(this, opening);
  }

  /** The answer to a plain request. */
  async get(path: string): Promise<Response> {
    const reply = await this.#reply(path, false);
    if (!(reply instanceof Response)) throw new Error(`${path} is not answered`);
    return reply;
  }

  #reply(path: string, isUpgrade: boolean) {
    const url = new URL(path, "http://signalbox.test");
    const incoming = { request: new Request(url.href), url, isUpgrade };
    return this.#mounts.map((mount) => mount.route(incoming)).find((reply) => reply !== undefined);
  }
}

export class FakeClient {
  readonly socket: FakeSocket;
  readonly peer: Peer;
  /** What went wrong while the connection waited. */
  readonly faults: unknown[] = [];
  readonly #server: FakeServer;
  readonly #connection: Connection;
  #read = 0;

  constructor(server: FakeServer, opening: Opening) {
    this.#server = server;
    const fault = (thrown: unknown) => {
      this.faults.push(thrown);
    };
    const { limits } = server.node;
    this.#connection = new Connection(
      { protocol: "any", patience: patient, limits, fault },
      opening,
    );
    const { peer, socket } = server.connect(() => this.#connection.closed());
    this.peer = peer;
    this.socket = socket;
    this.#connection.open(peer);
  }

  /** Sends a message: text as it is, anything else as JSON. */
  send(message: unknown): void {
    this.peer.seen();
    const text = typeof message === "string" ? message : JSON.stringify(message);
    if (this.socket.readyState === 1) this.#connection.receive(text);
  }

  /** The texts that it has read since the last call, once the tick has ended. */
  reads(): readonly string[] {
    this.#server.endTick();
    const texts = this.socket.received.slice(this.#read);
    this.#read = this.socket.received.length;
    return texts;
  }
}
