// A crowd of clients of all protocols. Each lives by itself: it comes in, does something, goes, and comes again as
// somebody else. What it does is decided by its own sequence of chance, so that the same seed makes the same crowd.

import type { Contract, Member } from "../contract/contract.ts";
import { contracts } from "../contract/contracts.ts";
import type { RawSocket } from "../support/raw-socket.ts";
import { Random } from "./random.ts";
import type { Tally } from "./tally.ts";
import { visits } from "./visits.ts";

/** Clients that are in a topic at a time, about. */
const perTopic = 8;

/** Seconds in which all have come for the first time. */
const arrivalSeconds = 10;

/** Seconds from one visit of a client to its next, at most. */
const maxAwaySeconds = 1;

export interface Place {
  readonly contract: Contract;
  readonly topic: string;
  /** Who is in it, and where to write in its name. */
  readonly members: Set<Member>;
}

/** How often somebody visits in this way, of the sum of all. */
const weights = {
  talk: 62,
  stall: 7,
  flood: 1,
  misbehave: 15,
  knock: 15,
} as const satisfies Record<keyof typeof visits, number>;

const nothing = { visits: 0, sent: 0, received: 0, bad: 0, stalls: 0, floods: 0, refused: 0 };

export class Crowd {
  readonly url: URL;
  readonly #seed: number;
  readonly #size: number;
  readonly #places: readonly Place[];
  readonly #sockets = new Set<RawSocket>();
  readonly #counts = { ...nothing };
  readonly #closed = new Map<number, number>();
  #serial = 0;
  #isOver = false;

  constructor(url: URL, size: number, seed: number) {
    this.url = url;
    this.#seed = seed;
    this.#size = size;
    const topics = Math.ceil(size / perTopic / contracts.length);
    this.#places = contracts.flatMap((contract) =>
      Array.from({ length: topics }, (_, index) => ({
        contract,
        topic: `soak-${index}`,
        members: new Set<Member>(),
      })),
    );
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get tally(): Tally {
    return {
      ...this.#counts,
      open: this.#sockets.size,
      closed: Object.fromEntries(this.#closed),
    };
  }

  count(what: keyof typeof nothing, times = 1): void {
    this.#counts[what] += times;
  }

  /** A name that nobody else has. */
  newName(): string {
    return `c${++this.#serial}`;
  }

  /** Counts a connection for as long as it is there, and ends it when all leave. */
  hold(socket: RawSocket): void {
    this.#sockets.add(socket);
    void socket.closed.then(({ code }) =>
      this.#closed.set(code, (this.#closed.get(code) ?? 0) + 1),
    );
    void socket.gone.then(() => this.#sockets.delete(socket));
  }

  /** Reads all that comes. */
  async drain(socket: RawSocket): Promise<void> {
    try {
      for (;;) {
        await socket.nextFrame();
        this.#counts.received++;
      }
    } catch {
      // It is closed.
    }
  }

  /** Lives until everybody leaves. */
  async live(): Promise<void> {
    await Promise.all(Array.from({ length: this.#size }, (_, index) => this.#liveOne(index)));
  }

  /** Everybody leaves, in order or not. Resolves once all connections have ended. */
  async leave(): Promise<void> {
    this.#isOver = true;
    const random = new Random(this.#seed, -1);
    for (const socket of this.#sockets)
      if (random.isTrue(0.5)) socket.close(1000);
      else socket.destroy();
    for (let waited = 0; this.#sockets.size > 0; waited++) {
      await Bun.sleep(100);
      if (waited % 10 !== 9) continue;
      // Whoever does not read does not read the answer to its Close either.
      for (const socket of this.#sockets) socket.destroy();
    }
  }

  /** Waits, but not longer than the crowd is there. */
  async pause(seconds: number): Promise<void> {
    const until = performance.now() + seconds * 1000;
    while (!this.#isOver && performance.now() < until)
      await Bun.sleep(Math.min(500, until - performance.now()));
  }

  async #liveOne(index: number): Promise<void> {
    const random = new Random(this.#seed, index);
    await this.pause(random.next() * arrivalSeconds);
    while (!this.#isOver) {
      const place = random.oneOf(this.#places);
      await visits[random.weighted(weights)](this, place, random);
      this.count("visits");
      await this.pause(random.next() * maxAwaySeconds);
    }
  }
}
