// The peers of a room. A server that was started again learns who is there as they come back: until they had time for
// that, peers that it does not name are held, unless their connection has ended.

import type { Environment } from "./environment.ts";
import type { Entry } from "./frames.ts";
import type { RemotePeer } from "./remote-peer.ts";

export interface RosterEvents {
  readonly make: (entry: Entry) => RemotePeer;
  readonly came: (peer: RemotePeer) => void;
  readonly left: (peer: RemotePeer) => void;
}

export class Roster {
  readonly #environment: Environment;
  readonly #events: RosterEvents;
  readonly #peers = new Map<string, RemotePeer>();
  readonly #held = new Set<string>();
  #holdingUntil = 0;
  #cancelHolding = () => {};

  constructor(environment: Environment, events: RosterEvents) {
    this.#environment = environment;
    this.#events = events;
  }

  get peers(): ReadonlyMap<string, RemotePeer> {
    return this.#peers;
  }

  /** Holds peers for some time that the next lists do not name. */
  hold(ms: number): void {
    this.#holdingUntil = this.#environment.now() + ms;
    this.#cancelHolding();
    this.#cancelHolding = this.#environment.after(ms, () => {
      for (const id of [...this.#held]) this.remove(id);
    });
  }

  /** Takes the list of all. */
  follow(entries: readonly Entry[]): void {
    const named = new Set(entries.map(({ id }) => id));
    const isHolding = this.#environment.now() < this.#holdingUntil;
    for (const id of [...this.#peers.keys()]) {
      if (named.has(id)) continue;
      if (isHolding) this.#held.add(id);
      else this.remove(id);
      this.check(id);
    }
    for (const entry of entries) this.add(entry);
  }

  /** One that is here already has come back. */
  add(entry: Entry): void {
    this.#held.delete(entry.id);
    if (this.#peers.has(entry.id)) return;
    const peer = this.#events.make(entry);
    this.#peers.set(entry.id, peer);
    this.#events.came(peer);
  }

  remove(id: string): void {
    const peer = this.#peers.get(id);
    this.#held.delete(id);
    this.#peers.delete(id);
    if (peer !== undefined) this.#events.left(peer);
  }

  /** The state of a peer's connection has changed. */
  check(id: string): void {
    const state = this.#peers.get(id)?.connection.connectionState;
    if (this.#held.has(id) && (state === "failed" || state === "closed")) this.remove(id);
  }

  /** All have left. */
  clear(): void {
    for (const id of [...this.#peers.keys()]) this.remove(id);
  }

  /** The room is over: nobody is told. */
  close(): void {
    this.#cancelHolding();
    for (const peer of this.#peers.values()) peer.close();
    this.#peers.clear();
  }
}
