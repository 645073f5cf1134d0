// Clients of the tracker by name, on one node or by turns on two.

import type { Limits } from "../../../src/core/limits.ts";
import type { Option, Settings } from "../../../src/options/option.ts";
import { tracker } from "../../../src/protocols/tracker/routes.ts";
import { FakeNetwork } from "../../support/fake-bus.ts";
import { type FakeClient, FakeServer } from "../../support/fake-server.ts";
import { announce, type Fields } from "../../support/tracker-frames.ts";

interface CompanyOptions {
  readonly nodes: number;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly limits?: Partial<Limits>;
}

export class Company {
  readonly network = new FakeNetwork();
  readonly servers: readonly FakeServer[];
  readonly #clients = new Map<string, FakeClient>();

  constructor({ nodes, options = {}, limits = {} }: CompanyOptions) {
    const settings: Settings = <Value>(option: Option<Value>): Value =>
      option.name in options ? (options[option.name] as Value) : option.default;
    this.servers = Array.from({ length: nodes }, () => {
      const bus = nodes === 1 ? undefined : this.network.bus();
      return new FakeServer([tracker], limits, bus, settings);
    });
  }

  /** Connects. Every next client is on the next node. */
  client(name: string, path = "/tracker"): FakeClient {
    const known = this.#clients.get(name);
    if (known !== undefined) return known;
    const server = this.servers[this.#clients.size % this.servers.length]!;
    const client = server.open(path);
    this.#clients.set(name, client);
    return client;
  }

  /** Sends a message, and waits until all nodes have dealt with it. */
  async send(name: string, message: unknown): Promise<void> {
    this.client(name).send(message);
    await this.network.settle();
  }

  /** Announces each of them, and forgets what they read of that. */
  async announce(swarm: string, names: readonly string[], fields: Fields = {}): Promise<void> {
    for (const name of names) await this.send(name, announce(swarm, name, fields));
    this.reads();
  }

  /** What each has read since the last call; those who have read nothing are left out. */
  reads(): Record<string, readonly unknown[]> {
    const all = [...this.#clients].map(
      ([name, client]) => [name, client.reads().map((text) => JSON.parse(text))] as const,
    );
    return Object.fromEntries(all.filter(([, texts]) => texts.length > 0));
  }

  /** What they read after a message of one of them. */
  async after(name: string, message: unknown): Promise<Record<string, readonly unknown[]>> {
    this.reads();
    await this.send(name, message);
    return this.reads();
  }

  /** Time passes on all nodes, and everybody answers pings. */
  async pass(seconds: number): Promise<void> {
    for (let left = seconds; left > 0; left -= 20) {
      for (const { peer } of this.#clients.values()) peer.seen();
      for (const server of this.servers) server.sweep(Math.min(left, 20));
    }
    await this.network.settle();
  }
}
