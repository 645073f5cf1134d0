// What the cluster needs of that which carries messages between nodes, and keeps a few keys that expire.
// Redis does it in `redis-carrier.ts`; tests have one that loses and delays.

/** What a carrier tells the one who uses it. */
export interface CarrierEvents {
  message(channel: string, text: string): void;
  /**
   * From now on all subscriptions are in force where the carrier reaches, and commands go through. Said again
   * whenever it reaches further, or messages to this node may have been lost meanwhile.
   */
  up(): void;
  /**
   * The carrier reaches less than before: commands fail there, or messages may be missing, until `up`. Said
   * once each time, and when the first connection has failed.
   * @param problem in a word, for the log
   */
  down(problem: string): void;
}

/** What one who claims shows, and for how long it lasts. */
export interface ClaimRequest {
  readonly holder: string;
  /** A claim of the same proof is taken over. */
  readonly proof: string;
  /** A claim that is exactly this may be taken over too: its holder is gone. */
  readonly stale: string | undefined;
  readonly ms: number;
}

/**
 * A few keys that expire. Each command resolves once it is done, or rejects when it is not known to be; none is
 * sent twice, or kept for later.
 */
export interface Keys {
  set(key: string, value: string, ms: number): Promise<void>;
  /** Lets a key expire later. @returns false where there is none */
  extend(key: string, ms: number): Promise<boolean>;
  /** @returns nothing, not even null, for a key that is out of reach */
  get(keys: readonly string[]): Promise<readonly (string | null | undefined)[]>;
  delete(key: string): Promise<void>;
  /** @returns the claim that holds now, as `holder proof microseconds` */
  claim(key: string, request: ClaimRequest): Promise<string>;
  /** Makes a claim last longer, or anew where there is none. @returns false where another node holds */
  keepClaim(key: string, claim: string, ms: number): Promise<boolean>;
  /** Ends a claim, unless another node holds. */
  endClaim(key: string, claim: string): Promise<void>;
}

/**
 * A publish resolves or rejects as commands on keys do. Messages of one node on one channel arrive in the order in
 * which they were published.
 */
export interface Carrier {
  readonly keys: Keys;
  /** How far it reaches; `some` is for those that are in several places. */
  readonly reach: "all" | "some" | "none";
  start(events: CarrierEvents): void;
  /** Whether it reaches the place of a channel or key. */
  reaches(name: string): boolean;
  /** @returns how many nodes got it, this one included */
  publish(channel: string, text: string): Promise<number>;
  /** Out of reach, channels are remembered for when they are within. Resolves when in force. */
  subscribe(channels: readonly string[]): Promise<void>;
  unsubscribe(channels: readonly string[]): void;
  /** Asks for a sign of life: a connection that is dead does not show it by itself. */
  ping(): void;
  /** Gives up what is under way, and connects again. */
  reset(): void;
  /** Ends the connections, once what was said before is sent. */
  close(): Promise<void>;
}
