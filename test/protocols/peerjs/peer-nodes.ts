// Nodes that serve the PeerJS protocol, and clients that are anywhere.

import type { Bus } from "../../../src/core/bus.ts";
import type { Limits } from "../../../src/core/limits.ts";
import type { Settings } from "../../../src/options/option.ts";
import { peerjs } from "../../../src/protocols/peerjs/routes.ts";
import { FakeNetwork } from "../../support/fake-bus.ts";
import { type FakeClient, FakeServer } from "../../support/fake-server.ts";

export const open = '{"type":"OPEN"}';

export const offer = (dst: string, payload: unknown = 1) => ({ type: "OFFER", dst, payload });
export const offered = (src: string, dst: string, payload: unknown = 1): string =>
  JSON.stringify({ type: "OFFER", src, dst, payload });
export const expired = (src: string, dst: string): string =>
  JSON.stringify({ type: "EXPIRE", src, dst });

export const takenOver = { code: 4000, reason: "another socket has taken over this id" };
export const taken = { code: 1008, reason: "ID is taken" };
export const idTaken = '{"type":"ID-TAKEN","payload":{"msg":"ID is taken"}}';

export const reads = (...clients: readonly FakeClient[]) => clients.map((client) => client.reads());
export const ends = (...clients: readonly FakeClient[]) => clients.map(({ socket }) => socket.end);

export class PeerNodes {
  readonly network = new FakeNetwork();
  readonly buses: readonly Bus[];
  readonly servers: readonly FakeServer[];

  /** @param options of the protocol by name, where they are not at their default */
  constructor(count: number, options: Record<string, unknown> = {}, limits: Partial<Limits> = {}) {
    const settings: Settings = (option) => (options[option.name] as never) ?? option.default;
    this.buses = Array.from({ length: count }, () => this.network.bus());
    this.servers = this.buses.map((bus) => new FakeServer([peerjs], limits, bus, settings));
  }

  /** Asks for an id on a node, which answers once the others have. */
  ask(node: number, id: string, token = `token of ${id}`): FakeClient {
    return this.servers[node]!.open(`/peerjs?key=peerjs&id=${id}&token=${token}`);
  }

  /** The same, and waits for the answer, which is read by the test. */
  async asked(node: number, id: string, token?: string): Promise<FakeClient> {
    const client = this.ask(node, id, token);
    await this.network.settle();
    return client;
  }

  /** Registers an id, and reads OPEN. */
  async register(node: number, id: string, token?: string): Promise<FakeClient> {
    const client = await this.asked(node, id, token);
    const [first] = client.reads();
    if (first !== open) throw new Error(`this is not OPEN: ${first}`);
    return client;
  }

  /** Sends, and lets all arrive. */
  async send(client: FakeClient, ...messages: readonly unknown[]): Promise<void> {
    for (const message of messages) client.send(message);
    await this.network.settle();
  }

  /** The sweeps of all nodes go on for some seconds. */
  async pass(seconds: number): Promise<void> {
    for (const server of this.servers) server.sweep(seconds);
    await this.network.settle();
  }

  /** What is listed on each node. */
  async lists(): Promise<readonly (readonly string[])[]> {
    const answers = this.servers.map((server) => server.get("/peerjs/peers"));
    await this.network.settle();
    const lists = answers.map(async (answer) => {
      const ids: string[] = JSON.parse(await (await answer)!.text());
      return ids.toSorted();
    });
    return Promise.all(lists);
  }
}
