// Clients of the topic protocol by name. Their ids, which are new in every run, read as their names in
// everything that they hear.

import type { FakeClient, FakeServer } from "../support/fake-server.ts";

export class NamedClients {
  readonly #clients = new Map<string, { readonly client: FakeClient; readonly early: string[] }>();
  readonly #names = new Map<string, string>();

  /** Connects to a server that has nothing to wait for. */
  join(name: string, server: FakeServer, path = "/ws/room"): FakeClient {
    const client = server.open(path);
    this.add(name, client);
    return client;
  }

  /** Learns a client's id from its welcome. */
  add(name: string, client: FakeClient): void {
    const early = [...client.reads()];
    this.#names.set(JSON.parse(early[0] ?? "{}").selfId, name);
    this.#clients.set(name, { client, early });
  }

  id(name: string): string {
    const [id = name] = [...this.#names].find(([, other]) => other === name) ?? [];
    return id;
  }

  /** What each has heard since the last call. */
  heard(): Record<string, readonly unknown[]> {
    const heard: Record<string, readonly unknown[]> = {};
    for (const [name, { client, early }] of this.#clients)
      heard[name] = [...early.splice(0), ...client.reads()].map((text) => this.#parse(text));
    return heard;
  }

  /** Forgets what was heard so far, and tells what an action leads to. */
  after(action: () => void): Record<string, readonly unknown[]> {
    this.heard();
    action();
    return this.heard();
  }

  #parse(text: string): unknown {
    return JSON.parse(text, (_key, value) => this.#names.get(value) ?? value);
  }
}
