// Nodes with the room protocol alone, joined by a fake bus, and users that come to them.

import { jwtSecret } from "../../../src/auth/options.ts";
import type { Limits } from "../../../src/core/limits.ts";
import type { Settings } from "../../../src/options/option.ts";
import { room as protocol } from "../../../src/protocols/room/routes.ts";
import { FakeNetwork } from "../../support/fake-bus.ts";
import { type FakeClient, FakeServer } from "../../support/fake-server.ts";
import { type Address, addresses, timeless } from "../../support/room-client.ts";
import { encoded, secret, sign } from "../../support/tokens.ts";

export const room = "room";

/** What each has read since the last call. */
export const reads = (...clients: readonly FakeClient[]) =>
  clients.map((client) => client.reads().map(timeless));

export const ends = (...clients: readonly FakeClient[]) => clients.map(({ socket }) => socket.end);

export class RoomNodes {
  readonly network = new FakeNetwork();
  readonly buses;
  readonly servers: readonly FakeServer[];

  /** @param options of the protocol by name, where they are not at their default */
  constructor(count: number, options: Record<string, unknown> = {}, limits: Partial<Limits> = {}) {
    const given: Record<string, unknown> = { [jwtSecret.name]: encoded(secret), ...options };
    const settings: Settings = (option) => (given[option.name] as never) ?? option.default;
    this.buses = Array.from({ length: count }, () => this.network.bus());
    this.servers = this.buses.map((bus) => new FakeServer([protocol], limits, bus, settings));
  }

  /** A user comes to a node. What it hears is for the test to wait for. */
  async open(node: number, user: string, { path }: Address = addresses[0]): Promise<FakeClient> {
    const token = await sign({ sub: user });
    return this.servers[node]!.open(`${path}/${room}?token=${token}`);
  }

  /** The same; it is answered, and all nodes know. */
  async enter(node: number, user: string, address?: Address): Promise<FakeClient> {
    const client = await this.open(node, user, address);
    await this.answered([client]);
    await this.settle();
    return client;
  }

  /** Lets some of what is in flight arrive at a time, until each of them has been told something. */
  answered(clients: readonly FakeClient[], arriving?: () => number): Promise<void> {
    return this.until(() => clients.every(({ socket }) => socket.taken.length > 0), arriving);
  }

  /** The same, until something is so. */
  async until(isSo: () => boolean, arriving = () => Number.POSITIVE_INFINITY): Promise<void> {
    // Tokens are verified meanwhile, on another thread.
    while (!isSo()) await this.pass(arriving());
  }

  /** So much of what is in flight arrives, and what comes of it here. */
  async pass(count: number): Promise<void> {
    this.network.deliver(count);
    await new Promise(setImmediate);
    for (const server of this.servers) server.endTick();
  }

  /** All that is in flight arrives, and what comes of it. */
  settle(): Promise<void> {
    return this.network.settle();
  }

  /** Sends, and lets all arrive. */
  async send(client: FakeClient, ...messages: readonly unknown[]): Promise<void> {
    for (const message of messages) client.send(message);
    await this.settle();
  }

  /** Goes away, and all nodes learn it. */
  async leave(client: FakeClient): Promise<void> {
    client.socket.hangUp();
    await this.settle();
  }

  /** What each node answers by REST. */
  async lists(): Promise<readonly unknown[]> {
    const token = await sign();
    const path = `/webrtc/rooms/${room}/participants?token=${token}`;
    const answers = this.servers.map((server) => server.get(path));
    let waiting = answers.length;
    for (const answer of answers) void answer.finally(() => waiting--);
    while (waiting > 0) await this.settle();
    return Promise.all(answers.map(async (answer) => timeless(await (await answer)!.text())));
  }
}
