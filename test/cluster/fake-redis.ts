// What carries messages between nodes in a test, as Redis does: each connection keeps its order, and a test
// decides which of them goes on, which breaks, and when who notices.

import type {
  Carrier,
  CarrierEvents,
  ClaimRequest,
  Keys,
  Message,
  SetPage,
} from "../../src/cluster/carrier.ts";
import { textOf } from "./batches.ts";

interface Key {
  readonly value: string;
  expires: number;
}

/** In how many places names are where they are sharded. */
const placeCount = 3;

/** One connection, in one direction. */
type Lane = (() => void)[];

export class FakeRedis {
  /** Milliseconds. */
  time = 0;
  /** Whether keys can be set. */
  isFull = false;
  /** Whether it says who is subscribed. */
  isCounting = true;
  readonly isSharded: boolean;
  readonly #carriers: FakeCarrier[] = [];
  readonly #keys = new Map<string, Key>();
  readonly #places = new Map<string, number>();

  /** @param isSharded whether names are in several places, with connections of their own, as in Redis Cluster */
  constructor(isSharded = false) {
    this.isSharded = isSharded;
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
    return this.isSharded ? (/\{[^}]*\}/.exec(name)?.[0] ?? name) : "";
  }

  get places(): readonly number[] {
    return Array.from({ length: this.isSharded ? placeCount : 1 }, (_, place) => place);
  }

  /** Where a channel or key is. */
  placeOf(name: string): number {
    if (!this.isSharded) return 0;
    const lane = this.laneOf(name);
    // By turns: names are made by chance, and a test is to be the same when it runs again.
    const place = this.#places.get(lane) ?? this.#places.size % placeCount;
    this.#places.set(lane, place);
    return place;
  }

  /** Loses its keys and connections. */
  restart(places: readonly number[] = this.places): void {
    for (const key of this.#keys.keys())
      if (places.includes(this.placeOf(key))) this.#keys.delete(key);
    for (const carrier of this.#carriers) carrier.crash(places);
  }

  publish(channel: string, text: string): number {
    const receivers = this.#carriers.filter(({ subscribed }) => subscribed.has(channel));
    for (const receiver of receivers) receiver.deliver(channel, text);
    return receivers.length;
  }

  subscribers(channel: string): number {
    if (!this.isCounting) throw new Error("NOPERM");
    return this.#carriers.filter(({ subscribed }) => subscribed.has(channel)).length;
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

  /** A set, by its texts. */
  setAt(key: string): Map<string, number> {
    return new Map(JSON.parse(this.get(key) ?? "[]"));
  }
}

/** One node's connections: to each place, one each way. */
export class FakeCarrier implements Carrier, Keys {
  readonly keys = this;
  readonly lanes = new Map<string, Lane>();
  /** In force. */
  readonly subscribed = new Set<string>();
  /** Whether messages were lost, and this was not noticed. */
  hasLost = false;
  readonly #redis: FakeRedis;
  readonly #wanted = new Set<string>();
  /** Commands without an answer, each with its name. */
  readonly #pending = new Map<() => void, string>();
  readonly #connected = new Set<number>();
  #events: CarrierEvents | undefined;
  /** By place: commands of earlier connections are of no effect any more. */
  readonly #connections: object[] = [];
  readonly #late = new Set<object>();

  constructor(redis: FakeRedis) {
    this.#redis = redis;
    for (const place of redis.places) this.#connections[place] = {};
  }

  get reach(): "all" | "some" | "none" {
    if (this.#connected.size === 0) return "none";
    return this.#connected.size === this.#redis.places.length ? "all" : "some";
  }

  reaches(name: string): boolean {
    return this.#connected.has(this.#redis.placeOf(name));
  }

  start(events: CarrierEvents): void {
    this.#events = events;
  }

  connect(places: readonly number[] = this.#redis.places): void {
    const before = this.#connected.size;
    for (const place of places) {
      if (this.#connected.has(place)) continue;
      this.#connected.add(place);
      for (const channel of this.#wanted)
        if (this.#redis.placeOf(channel) === place) this.subscribed.add(channel);
    }
    if (this.#connected.size > before) this.#events?.up();
  }

  /** Connections end, with what is under way on them, and it is noticed. */
  cut(places: readonly number[] = this.#redis.places): void {
    const before = this.#connected.size;
    const isThere = (name: string): boolean => places.includes(this.#redis.placeOf(name));
    for (const place of places) {
      this.#connections[place] = {};
      this.#connected.delete(place);
    }
    this.#loseLanes((key) => !key.startsWith("late") && isThere(nameIn(key)));
    for (const channel of this.subscribed) if (isThere(channel)) this.subscribed.delete(channel);
    if (places.length === this.#redis.places.length) this.hasLost = false;
    for (const [reject, name] of [...this.#pending]) if (isThere(name)) reject();
    if (this.#connected.size < before) this.#events?.down("CUT");
  }

  /** The same, but what was said is in Redis' buffers, and takes effect later, when it is not expected. */
  cutLate(): void {
    const said = [...this.lanes].filter(([key]) => /^said(?! answers)/.test(key));
    for (const connection of this.#connections) this.#late.add(connection);
    const late = `late ${this.#late.size}`;
    this.cut();
    for (const [key, lane] of said) this.lanes.set(`${late} ${key}`, lane);
  }

  /** The connections that listen end, and this is not noticed before `cut`. */
  loseMessages(): void {
    this.subscribed.clear();
    this.hasLost = true;
    this.#loseLanes((key) => key.startsWith("heard"));
  }

  /** Redis ends there, with all that is under way. */
  crash(places: readonly number[]): void {
    this.cut(places);
    this.#loseLanes((key) => places.includes(this.#redis.placeOf(nameIn(key))));
  }

  deliver(channel: string, text: string): void {
    this.#lane("heard", channel).push(() => this.#events?.message(channel, Buffer.from(text)));
  }

  publish(channel: string, message: Message): Promise<number> {
    const text = textOf(message);
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

  subscribers(channels: readonly string[]): Promise<readonly number[]> {
    const count = (channel: string): number => this.#redis.subscribers(channel);
    return Promise.all(
      channels.map((channel) => this.#command("said", channel, () => count(channel))),
    );
  }

  set(key: string, value: string, ms: number): Promise<void> {
    return this.#command("said", key, () => this.#redis.set(key, value, ms));
  }

  extend(key: string, ms: number): Promise<boolean> {
    return this.#command("said", key, () => this.#redis.extend(key, ms));
  }

  get(keys: readonly string[]): Promise<readonly (string | null | undefined)[]> {
    const values = keys.map((key) => this.#command("said", key, () => this.#redis.get(key)));
    return Promise.all(values.map((value) => value.catch(() => undefined)));
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

  addToSet(
    key: string,
    entries: readonly (readonly [string, number])[],
    ms: number,
  ): Promise<void> {
    return this.#command("said", key, () => {
      const set = this.#redis.setAt(key);
      for (const [text, until] of entries) set.set(text, Math.max(set.get(text) ?? 0, until));
      this.#redis.set(key, JSON.stringify([...set]), ms);
    });
  }

  scanSet(key: string, cursor: string): Promise<SetPage> {
    return this.#command("said", key, () => {
      // A page of one text.
      const at = Number(cursor);
      const entries = [...this.#redis.setAt(key)];
      const next = at + 1 < entries.length ? at + 1 : 0;
      return { cursor: `${next}`, entries: entries.slice(at, at + 1) };
    });
  }

  trimSet(key: string, now: number): Promise<void> {
    return this.#command("said", key, () => {
      const left = [...this.#redis.setAt(key)].filter(([, until]) => until > now);
      if (this.#redis.get(key) !== null) this.#redis.set(key, JSON.stringify(left), 1000);
    });
  }

  ping(): void {
    // A test decides when who notices that a connection is dead.
  }

  reset(): void {
    this.cut();
  }

  close(): Promise<void> {
    // What was said before is sent.
    this.cutLate();
    return Promise.resolve();
  }

  /** Whether no other node holds it. */
  #isOwn(key: string, claim: string): boolean {
    const held = this.#redis.get(key);
    return held === null || held.split(" ")[0] === claim.split(" ")[0];
  }

  #loseLanes(isLost: (key: string) => boolean): void {
    for (const key of [...this.lanes.keys()]) if (isLost(key)) this.lanes.delete(key);
  }

  #lane(kind: string, name: string): Lane {
    const key = `${kind} ${this.#redis.laneOf(name)}`;
    const lane = this.lanes.get(key) ?? [];
    this.lanes.set(key, lane);
    return lane;
  }

  /** Takes effect when its lane gets to it, and is answered later still. */
  #command<Answer>(kind: string, name: string, run: () => Answer): Promise<Answer> {
    if (!this.reaches(name)) return Promise.reject(new Error("not connected"));
    const place = this.#redis.placeOf(name);
    const connection = this.#connections[place] ?? {};
    const isLost = (): boolean => connection !== this.#connections[place];
    return new Promise((resolve, reject) => {
      const fail = (): void => {
        this.#pending.delete(fail);
        reject(new Error("connection lost"));
      };
      this.#pending.set(fail, name);
      const answer = (settle: () => void): void => {
        if (isLost()) return;
        // What is heard on a connection that listens is in order with the answers on it.
        this.#lane(kind === "asked" ? "heard" : `${kind} answers`, name).push(() => {
          this.#pending.delete(fail);
          settle();
        });
      };
      this.#lane(kind, name).push(() => {
        if (isLost() && !this.#late.has(connection)) return;
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

/** What a lane is for, without its kind. */
const nameIn = (key: string): string =>
  key.replace(/^(?:late \d+ )?(?:heard|said|asked) (?:answers )?/, "");
