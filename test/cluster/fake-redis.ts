// What carries messages between nodes in a test, as Redis does: each connection keeps its order, and a test
// decides which of them goes on, which breaks, and when who notices.

import type { Carrier, CarrierEvents, ClaimRequest } from "../../src/cluster/carrier.ts";

interface Key {
  readonly value: string;
  expires: number;
}

/** One connection, in one direction. */
type Lane = (() => void)[];

export class FakeRedis {
  /** Milliseconds. */
  time = 0;
  /** Whether keys can be set. */
  isFull = false;
  readonly #isSharded: boolean;
  readonly #carriers: FakeCarrier[] = [];
  readonly #keys = new Map<string, Key>();

  /** @param isSharded whether each topic has connections of its own, as with Redis Cluster */
  constructor(isSharded = false) {
    this.#isSharded = isSharded;
  }

  carrier(): FakeCarrier {
    const carrier = new FakeCarrier(this);
    this.#carriers.push(carrier);
    return carrier;
  }

  /** Connections on which something waits. */
  get lanes(): readonly Lane[] {
    const lanes = this.#carriers.flatMap(({ lanes: own }) => [...own.values()]);
    return lanes.filter(({ length }) => length > 0);
  }

  /** The connection that a channel or key is served by. */
  laneOf(name: string): string {
    return this.#isSharded ? (/\{[^}]*\}/.exec(name)?.[0] ?? name) : "";
  }

  /** Loses all its keys, and all connections. */
  restart(): void {
    this.#keys.clear();
    for (const carrier of this.#carriers) {
      carrier.cut();
      for (const key of [...carrier.lanes.keys()]) carrier.lanes.delete(key);
    }
  }

  publish(channel: string, text: string): number {
    const receivers = this.#carriers.filter(({ subscribed }) => subscribed.has(channel));
    for (const receiver of receivers) receiver.deliver(channel, text);
    return receivers.length;
  }

  get(key: string): string | null {
    const held = this.#keys.get(key);
    return held !== undefined && held.expires > this.time ? held.value : null;
  }

  set(key: string, value: string, ms: number): void {
    if (this.isFull) throw new Error("OOM");
    this.#keys.set(key, { value, expires: this.time + ms });
  }

  extend(key: string, ms: number): boolean {
    const held = this.#keys.get(key);
    if (held === undefined || this.get(key) === null) return false;
    held.expires = this.time + ms;
    return true;
  }

  delete(key: string): void {
    this.#keys.delete(key);
  }
}

/** One node's connections. */
export class FakeCarrier implements Carrier {
  readonly lanes = new Map<string, Lane>();
  /** In force. */
  subscribed = new Set<string>();
  isConnected = false;
  /** Whether messages were lost, and this was not noticed. */
  hasLost = false;
  readonly #redis: FakeRedis;
  readonly #wanted = new Set<string>();
  readonly #pending = new Set<() => void>();
  #events: CarrierEvents | undefined;
  /** Commands of earlier connections are of no effect any more. */
  #connection = 0;
  readonly #late = new Set<number>();

  constructor(redis: FakeRedis) {
    this.#redis = redis;
  }

  get reach(): "all" | "none" {
    return this.reaches() ? "all" : "none";
  }

  reaches(): boolean {
    return this.isConnected;
  }

  start(events: CarrierEvents): void {
    this.#events = events;
  }

  connect(): void {
    if (this.isConnected) return;
    this.isConnected = true;
    this.subscribed = new Set(this.#wanted);
    this.#events?.up();
  }

  /** All connections end, with what is under way on them, and it is noticed. */
  cut(): void {
    this.#connection++;
    for (const key of [...this.lanes.keys()]) if (!key.startsWith("late")) this.lanes.delete(key);
    this.subscribed.clear();
    this.hasLost = false;
    for (const reject of [...this.#pending]) reject();
    if (!this.isConnected) return;
    this.isConnected = false;
    this.#events?.down("CUT");
  }

  /** The same, but what was said is in Redis' buffers, and takes effect later, when it is not expected. */
  cutLate(): void {
    const said = [...this.lanes].filter(([key]) => /^said(?! answers)/.test(key));
    this.#late.add(this.#connection);
    const connection = this.#connection;
    this.cut();
    for (const [key, lane] of said) this.lanes.set(`late ${connection} ${key}`, lane);
  }

  /** The connection that listens ends, and this is not noticed before `cut`. */
  loseMessages(): void {
    this.subscribed.clear();
    this.hasLost = true;
    for (const key of [...this.lanes.keys()]) if (key.startsWith("heard")) this.lanes.delete(key);
  }

  deliver(channel: string, text: string): void {
    this.#lane("heard", channel).push(() => this.#events?.message(channel, text));
  }

  publish(channel: string, text: string): Promise<number> {
    return this.#command("said", channel, () => this.#redis.publish(channel, text));
  }

  subscribe(channels: readonly string[]): Promise<void> {
    for (const channel of channels) this.#wanted.add(channel);
    const [first = ""] = channels;
    return this.#command("asked", first, () => {
      for (const channel of channels) this.subscribed.add(channel);
    });
  }

  unsubscribe(channels: readonly string[]): void {
    for (const channel of channels) this.#wanted.delete(channel);
    const [first = ""] = channels;
    this.#command("asked", first, () => {
      for (const channel of channels) this.subscribed.delete(channel);
    }).catch(() => undefined);
  }

  set(key: string, value: string, ms: number): Promise<void> {
    return this.#command("said", key, () => this.#redis.set(key, value, ms));
  }

  extend(key: string, ms: number): Promise<boolean> {
    return this.#command("said", key, () => this.#redis.extend(key, ms));
  }

  get(keys: readonly string[]): Promise<readonly (string | null)[]> {
    return Promise.all(keys.map((key) => this.#command("said", key, () => this.#redis.get(key))));
  }

  delete(key: string): Promise<void> {
    return this.#command("said", key, () => this.#redis.delete(key));
  }

  claim(key: string, { holder, proof, stale, ms }: ClaimRequest): Promise<string> {
    return this.#command("said", key, () => {
      const held = this.#redis.get(key);
      const [, heldProof, at = "0"] = held?.split(" ") ?? [];
      if (held !== null && heldProof !== proof && held !== stale) return held;
      const claim = `${holder} ${proof} ${Math.max(Number(at) + 1, this.#redis.time * 1000)}`;
      this.#redis.set(key, claim, ms);
      return claim;
    });
  }

  keepClaim(key: string, claim: string, ms: number): Promise<boolean> {
    return this.#command("said", key, () => {
      if (!this.#isOwn(key, claim)) return false;
      this.#redis.set(key, claim, ms);
      return true;
    });
  }

  endClaim(key: string, claim: string): Promise<void> {
    return this.#command("said", key, () => {
      if (this.#isOwn(key, claim)) this.#redis.delete(key);
    });
  }

  reset(): void {
    this.cut();
  }

  close(): Promise<void> {
    this.cut();
    return Promise.resolve();
  }

  /** Whether no other node holds it. */
  #isOwn(key: string, claim: string): boolean {
    const held = this.#redis.get(key);
    return held === null || held.split(" ")[0] === claim.split(" ")[0];
  }

  #lane(kind: string, name: string): Lane {
    const key = `${kind} ${this.#redis.laneOf(name)}`;
    const lane = this.lanes.get(key) ?? [];
    this.lanes.set(key, lane);
    return lane;
  }

  /** Takes effect when its lane gets to it, and is answered later still. */
  #command<Answer>(kind: string, name: string, run: () => Answer): Promise<Answer> {
    if (!this.isConnected) return Promise.reject(new Error("not connected"));
    const connection = this.#connection;
    return new Promise((resolve, reject) => {
      const fail = (): void => {
        this.#pending.delete(fail);
        reject(new Error("connection lost"));
      };
      this.#pending.add(fail);
      const answer = (settle: () => void): void => {
        if (connection !== this.#connection) return;
        // What is heard on a connection that listens is in order with the answers on it.
        this.#lane(kind === "asked" ? "heard" : `${kind} answers`, name).push(() => {
          this.#pending.delete(fail);
          settle();
        });
      };
      this.#lane(kind, name).push(() => {
        if (connection !== this.#connection && !this.#late.has(connection)) return;
        try {
          const value = run();
          answer(() => resolve(value));
        } catch (error) {
          answer(() => reject(error));
        }
      });
    });
  }
}
