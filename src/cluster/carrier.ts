// What the cluster needs of Redis: it carries messages between nodes, and keeps a few keys that expire.
// `redis/` implements it; tests have a carrier that loses and delays.

/** What a carrier reports. */
export interface CarrierEvents {
  message(channel: string, bytes: Buffer): void;
  /**
   * All subscriptions are in force and commands go through, as far as the carrier reaches. Reported again whenever
   * it reaches further, and when messages to this node may have been lost.
   */
  up(): void;
  /**
   * The carrier reaches less than before. Until `up`, commands fail and messages may be missing. Reported once each
   * time, and when the first connection fails.
   * @param problem one word that is safe to log
   */
  down(problem: string): void;
}

/** What is published. It writes itself, so that nothing copies it on its way. */
export interface Message {
  readonly bytes: number;
  /** @returns where it ends */
  writeTo(target: Buffer, at: number): number;
}

export const messageOf = (text: string): Message => ({
  bytes: Buffer.byteLength(text),
  writeTo: (target, at) => at + target.write(text, at),
});

/** Asks for an id that one node at most may hold. */
export interface ClaimRequest {
  readonly holder: string;
  /** A claim with the same proof is taken over. */
  readonly proof: string;
  /** This claim is taken over too: its holder is gone. */
  readonly stale: string | undefined;
  readonly ms: number;
}

/** Some of a set, and where the next are. */
export interface SetPage {
  readonly cursor: string;
  readonly entries: readonly (readonly [string, number])[];
}

/**
 * Keys that expire. A command resolves once it is done and rejects if that is not known. No command is sent twice or
 * kept for later.
 */
export interface Keys {
  set(key: string, value: string, ms: number): Promise<void>;
  /** Lets a key expire later. @returns false if there is no such key */
  extend(key: string, ms: number): Promise<boolean>;
  /** @returns for each key its value, `null` if there is none, `undefined` if the key is out of reach */
  get(keys: readonly string[]): Promise<readonly (string | null | undefined)[]>;
  delete(key: string): Promise<void>;
  /** @returns the claim that is in force now, as `holder proof microseconds` */
  claim(key: string, request: ClaimRequest): Promise<string>;
  /** Makes a claim last longer, or sets it again. @returns false if another node holds the id */
  keepClaim(key: string, claim: string, ms: number): Promise<boolean>;
  /** Ends a claim, unless another node holds the id. */
  endClaim(key: string, claim: string): Promise<void>;
  /**
   * Adds texts to a set, each until a time in milliseconds since 1970; never makes that earlier.
   * @param ms that the set is kept from now on
   */
  addToSet(key: string, entries: readonly (readonly [string, number])[], ms: number): Promise<void>;
  /** A page of a set. @param cursor `0`, or that of the page before; the last page has the cursor `0` */
  scanSet(key: string, cursor: string): Promise<SetPage>;
  /** Takes those out of a set whose time is over. */
  trimSet(key: string, now: number): Promise<void>;
}

/**
 * Messages of one node on one channel arrive in the order in which they were published. A publish resolves or rejects
 * like a command on a key.
 */
export interface Carrier {
  readonly keys: Keys;
  /** `some`: a part of a Redis Cluster is away. */
  readonly reach: "all" | "some" | "none";
  start(events: CarrierEvents): void;
  /** Whether it reaches the server that has this channel or key. */
  reaches(name: string): boolean;
  /** Publishes a message, which is written before this returns. @returns how many nodes received it, including this one */
  publish(channel: string, message: Message): Promise<number>;
  /**
   * Resolves when in force. Channels that are out of reach are subscribed to later, and the promise rejects. It may be the
   * same for several calls.
   */
  subscribe(channels: readonly string[]): Promise<unknown>;
  unsubscribe(channels: readonly string[]): void;
  /**
   * @returns for each channel how many nodes are subscribed to it, including this one; `undefined` if the server that has
   * it is out of reach. Rejects like a command on a key
   */
  subscribers(channels: readonly string[]): Promise<readonly (number | undefined)[]>;
  /** Sends something on each connection: only so a dead one is noticed. */
  ping(): void;
  /** Drops all connections and connects again; what is under way fails. */
  reset(): void;
  /** Closes the connections, after all that was published before has been sent. */
  close(): Promise<void>;
}
