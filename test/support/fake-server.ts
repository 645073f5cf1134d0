// Protocols set up on a fake node, and their clients: the part of the server between a request and a
// conversation, without HTTP and Bun.

import { Tokens } from "../../src/auth/tokens.ts";
import type { Bus } from "../../src/core/bus.ts";
import { Hub } from "../../src/core/hub.ts";
import type { Limits } from "../../src/core/limits.ts";
import type { Peer } from "../../src/core/peer.ts";
import type { Option, Settings } from "../../src/options/option.ts";
import type { Context, Opening, Protocol, Route } from "../../src/protocols/protocol.ts";
import { Connection } from "../../src/server/connection.ts";
import { Router } from "../../src/server/router.ts";
import { FakeNode, patient } from "./fake-node.ts";
import type { FakeSocket } from "./fake-socket.ts";

/** Every option at its default. */
const defaults = <Value>(option: Option<Value>): Value => option.default;

export class FakeServer extends FakeNode {
  readonly #router: Router<{ readonly route: Route; readonly owner: string }>;

  constructor(
    protocols: readonly Protocol[],
    limits: Partial<Limits> = {},
    bus?: Bus,
    settings: Settings = defaults,
  ) {
    super(limits, bus);
    const { node } = this;
    const context: Context = {
      hub: (namespace, spec) => new Hub(node, namespace, spec),
      node: node.bus.node,
      settings,
      tokens: new Tokens(settings),
      clock: node.clock,
      log: node.log,
    };
    this.#router = new Router(
      protocols.flatMap(({ name, setUp }) =>
        setUp(context).routes.map((route) => ({ route, owner: name })),
      ),
    );
  }

  /** What the protocols say to an upgrade: a status, `upgrade`, or nothing. */
  upgrade(path: string): number | "upgrade" | undefined {
    const reply = this.#socket(path);
    if (reply instanceof Response) return reply.status;
    return reply === undefined ? undefined : "upgrade";
  }

  /** Upgrades a request; the conversation may close the socket at once. */
  open(path: string): FakeClient {
    const opening = this.#socket(path);
    if (typeof opening !== "function") throw new Error(`${path} is no socket`);
    return new FakeClient(this, opening);
  }

  /** The answer to a plain request; nothing where no route answers. */
  async get(path: string): Promise<Response | undefined> {
    const url = new URL(path, "http://signalbox.test");
    const match = this.#router.get(url.pathname);
    return await match?.found.route.get({ url, params: match.params }, new Request(url.href));
  }

  #socket(path: string): Opening | Response | undefined {
    const url = new URL(path, "http://signalbox.test");
    const match = this.#router.socket(url.pathname);
    if (match === undefined) return undefined;
    const opening = match.found.route.socket({ url, params: match.params });
    return typeof opening === "function" || opening instanceof Response ? opening : () => opening;
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
