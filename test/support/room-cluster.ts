// Nodes with the room protocol alone, joined by a fake bus, and users that come to them.

import { jwtSecret } from "../../src/auth/options.ts";
import type { Limits } from "../../src/core/limits.ts";
import type { Option } from "../../src/option.ts";
import { room as protocol } from "../../src/protocols/room/room.ts";
import { FakeNetwork } from "./fake-bus.ts";
import { type FakeClient, FakeServer } from "./fake-server.ts";
import { type Address, addresses } from "./room-client.ts";
import { encoded, secret, sign } from "./tokens.ts";

/** Every option at its default, and the key. */
const settings = <Value>(option: Option<Value>): Value =>
  (option.name === jwtSecret.name ? encoded(secret) : option.default) as Value;

export class RoomCluster {
  readonly network = new FakeNetwork();
  readonly buses = [this.network.bus(), this.network.bus()] as const;
  readonly #servers: readonly FakeServer[];
  readonly #room: string;

  constructor(room: string, limits: Partial<Limits> = {}) {
    this.#room = room;
    this.#servers = this.buses.map((bus) => new FakeServer([protocol], limits, bus, settings));
  }

  /** A user comes to one of the nodes, and all nodes learn it. */
  async enter(node: 0 | 1, user: string, { path }: Address = addresses[0]): Promise<FakeClient> {
    const server = this.#servers[node]!;
    const client = server.open(`${path}/${this.#room}?token=${await sign({ sub: user })}`);
    while (client.socket.taken.length === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      server.endTick();
    }
    this.network.deliver();
    return client;
  }
}
