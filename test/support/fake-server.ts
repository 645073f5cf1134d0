// Protocols set up on a fake node, and their clients: the part of the server between a request and a
// conversation, without HTTP and Bun.

import { Tokens } from "../../src/auth/tokens.ts";
import type { Bus } from "../../src/core/bus.ts";
import { Hub } from "../../src/core/hub.ts";
import type { Limits } from "../../src/core/limits.ts";
import type { Peer } from "../../src/core/peer.ts";
import type { Patience } from "../../src/core/peer-group.ts";
import { Staying } from "../../src/core/staying.ts";
import type { Option, Settings } from "../../src/options/option.ts";
import type { Context, Opening, Protocol, Route } from "../../src/protocols/protocol.ts";
import { Connection } from "../../src/server/connection.ts";
import { patienceOf } from "../../src/server/patience.ts";
import { Router } from "../../src/server/router.ts";
import { TokenGate } from "../../src/server/token-gate.ts";
import { wantsTokens } from "../../src/server/token-gate-options.ts";
import { FakeNode, freeAddresses } from "./fake-node.ts";
import type { FakeSocket } from "./fake-socket.ts";

const origin = "http://signalbox.test";

/** Every option at its default. */
const defaults = <Value>(option: Option<Value>): Value => option.default;

/** A route with all that is needed to answer at it. */
interface Served {
  readonly route: Route;
  readonly owner: string;
  readonly gate: TokenGate;
  readonly patience: Patience;
}

/** How a conversation begins, and how the server waits for a sign of life in it. */
interface Begin {
  readonly opening: Opening;
  readonly patience: Patience;
}

export class FakeServer extends FakeNode {
  readonly #router: Router<Served>;

  constructor(
    protocols: readonly Protocol[],
    limits: Partial<Limits> = {},
    bus?: Bus,
    settings: Settings = defaults,
  ) {
    super(limits, bus);
    const { node } = this;
    const tokens = new Tokens(settings);
    const context: Context = {
      hub: (namespace, spec) => new Hub(node, namespace, spec),
      node: node.bus.node,
      settings,
      tokens,
      clock: node.clock,
      log: node.log,
      staying: new Staying(node, "a key of the tests, 32 bytes or more"),
      hostedIce: undefined,
    };
    this.#router = new Router(
      protocols.flatMap(({ name, setUp }) => {
        const service = setUp(context);
        const gate = new TokenGate(tokens, freeAddresses(), () => wantsTokens(settings, name));
        const patience = patienceOf(settings, service.patience);
        return service.routes.map((route) => ({ route, owner: name, gate, patience }));
      }),
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
    const begin = this.#socket(path);
    if (begin === undefined || begin instanceof Response) throw new Error(`${path} is no socket`);
    return new FakeClient(this, begin);
  }

  /** The answer to a plain request; nothing where no route answers. */
  async get(
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response | undefined> {
    const url = new URL(path, origin);
    const match = this.#router.get(url.pathname);
    if (match === undefined) return undefined;
    const { found, params } = match;
    return await found.gate.answer(
      found.route,
      { url, params },
      new Request(url.href, { headers }),
    );
  }

  #socket(path: string): Begin | Response | undefined {
    const url = new URL(path, origin);
    const match = this.#router.socket(url.pathname);
    if (match === undefined) return undefined;
    const { gate, route, patience } = match.found;
    const visit = { url, params: match.params };
    const reply = route.socket(visit);
    if (reply instanceof Response) return reply;
    const opening =
      typeof reply === "function"
        ? gate.opening(route, reply, new Request(url.href), visit)
        : () => reply;
    return { opening, patience };
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

  constructor(server: FakeServer, { opening, patience }: Begin) {
    this.#server = server;
    const fault = (thrown: unknown) => {
      this.faults.push(thrown);
    };
    const { limits, clock, work } = server.node;
    const held = { length: 0 };
    const own = {
      protocol: "any",
      patience,
      traffic: server.traffic,
      maxFrameBytes: 262_144,
      awaitsKeys: () => false,
    };
    this.#connection = new Connection(
      { ...own, limits, clock, work, held, fault },
      opening,
      "/any",
      1,
    );
    const { peer, socket } = server.connect((code) => this.#connection.closed(code), patience);
    this.peer = peer;
    this.socket = socket;
    this.#connection.open(peer);
  }

  /** Sends a message: text as it is, anything else as JSON. */
  send(message: unknown): void {
    const text = typeof message === "string" ? message : JSON.stringify(message);
    if (this.socket.readyState === 1) this.#connection.message(text);
  }

  /** The texts that it has read since the last call, once the tick has ended. */
  reads(): readonly string[] {
    this.#server.endTick();
    const texts = this.socket.received.slice(this.#read);
    this.#read = this.socket.received.length;
    return texts;
  }
}
