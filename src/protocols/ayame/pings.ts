// Pings that clients answer by themselves, each as long after the one before as the first is after the connection.

import { type Clock, stepMs } from "../../core/clock.ts";

interface Pinged {
  ping(): void;
}

export class Pings {
  /** By the step of the clock, in turns: who is due then. */
  readonly #slots: readonly Set<Pinged>[];
  readonly #slotOf = new Map<Pinged, Set<Pinged>>();
  #now = 0;

  /** @param seconds between two pings of a client */
  constructor(clock: Clock, seconds: number) {
    const count = Math.round((seconds * 1000) / stepMs);
    this.#slots = Array.from({ length: count }, () => new Set<Pinged>());
    clock.everyStep(() => this.#step());
  }

  add(client: Pinged): void {
    const slot = this.#slots[this.#now];
    slot?.add(client);
    if (slot !== undefined) this.#slotOf.set(client, slot);
  }

  delete(client: Pinged): void {
    this.#slotOf.get(client)?.delete(client);
    this.#slotOf.delete(client);
  }

  #step(): void {
    this.#now = (this.#now + 1) % this.#slots.length;
    for (const client of this.#slots[this.#now] ?? []) client.ping();
  }
}
