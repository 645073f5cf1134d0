// The key set at `jwks-url`. It is fetched when a token needs it, kept for some minutes, and fetched again when
// a token is signed with a key that is not in it. Anybody can send tokens, so this file limits how often.

import {
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWTHeaderParameters,
} from "jose";
import { downloadJson, problemOf } from "../download/download-json.ts";

/** Milliseconds for which a set is used. */
const keptMs = 600_000;

/** Milliseconds after a fetch during which no token can cause another one. */
const cooldownMs = 30_000;

/** Milliseconds from a failed fetch to the next one. They double with each failure, up to `cooldownMs`. */
const firstRetryMs = 1000;

/** Largest set, in bytes. Hundreds of keys are smaller. */
const maxSetBytes = 1 << 20;

/** The keys cannot be fetched now. The token may be good, and its holder should try again later. */
export class KeysUnavailable extends Error {
  override readonly name = "KeysUnavailable";
}

interface KeySet {
  readonly keys: JSONWebKeySet["keys"];
  readonly find: ReturnType<typeof createLocalJWKSet>;
  /** Which fetch it came from: the first one is 1. */
  readonly fetch: number;
  /** When it came, in milliseconds since 1970. */
  readonly at: number;
}

type FoundKey = ReturnType<KeySet["find"]>;

export class RemoteKeys {
  readonly url: URL;
  readonly #failed: (problem: string) => void;
  #set: KeySet | undefined;
  /** The fetch that has begun and not ended. */
  #pending: Promise<KeySet> | undefined;
  #fetches = 0;
  #failures = 0;
  #failedAt = Number.NEGATIVE_INFINITY;

  /** @param failed is called when a fetch has failed, with the reason in a few words */
  constructor(url: URL, failed: (problem: string) => void) {
    this.url = url;
    this.#failed = failed;
  }

  /** Whether a fetch has begun and not ended: tokens may wait for it, up to `downloadMs`. */
  get isFetching(): boolean {
    return this.#pending !== undefined;
  }

  /** How many fetches have begun. Note the number when a token comes, for `isOutdated`. */
  get fetches(): number {
    return this.#fetches;
  }

  /**
   * Finds the key that a token was signed with, for `jwtVerify`. Throws jose's errors if no key fits.
   * @throws {KeysUnavailable} if no key fits, but the set may be older than the token
   */
  async find(header: JWTHeaderParameters, token: FlattenedJWSInput): FoundKey {
    const came = this.#fetches;
    for (;;) {
      const set = this.#current() ?? (await this.#fetch());
      try {
        return await set.find(header, token);
      } catch (error) {
        const isUnknown = error instanceof errors.JWKSNoMatchingKey && !hasName(set, header);
        if (!isUnknown || !(await this.isOutdated(came))) throw error;
      }
    }
  }

  /**
   * Fetches the set again if it may be older than a token that no key fits.
   * @param came the value of `fetches` when the token came
   * @returns true if there is a newer set, which may have the key; false if the set was newer than the token
   * @throws {KeysUnavailable} if the set may be older, but cannot be fetched now
   */
  async isOutdated(came: number): Promise<boolean> {
    const set = this.#set;
    if (set === undefined || set.fetch > came) return false;
    if (this.#pending === undefined && isWithin(set.at, cooldownMs)) throw new KeysUnavailable();
    await this.#fetch();
    return true;
  }

  #current(): KeySet | undefined {
    return this.#set !== undefined && isWithin(this.#set.at, keptMs) ? this.#set : undefined;
  }

  /** Fetches the set. A fetch that has begun already is shared. */
  #fetch(): Promise<KeySet> {
    if (this.#pending !== undefined) return this.#pending;
    const pauseMs = Math.min(firstRetryMs * 2 ** (this.#failures - 1), cooldownMs);
    if (this.#failures > 0 && isWithin(this.#failedAt, pauseMs))
      return Promise.reject(new KeysUnavailable());
    const pending = this.#load(++this.#fetches).finally(() => {
      this.#pending = undefined;
    });
    this.#pending = pending;
    return pending;
  }

  async #load(fetch: number): Promise<KeySet> {
    try {
      const keySet = await download(this.url);
      const find = createLocalJWKSet(keySet);
      this.#set = { keys: keySet.keys, find, fetch, at: Date.now() };
      this.#failures = 0;
      return this.#set;
    } catch (error) {
      this.#failures++;
      this.#failedAt = Date.now();
      this.#failed(problemOf(error, isOfJose, "not a key set"));
      throw new KeysUnavailable();
    }
  }
}

const isWithin = (since: number, ms: number): boolean => {
  const elapsed = Date.now() - since;
  // Negative if the machine's clock was set back.
  return elapsed >= 0 && elapsed < ms;
};

/** Whether the set has a key with the token's `kid`, for whatever algorithm. */
const hasName = ({ keys }: KeySet, { kid }: JWTHeaderParameters): boolean =>
  kid !== undefined && keys.some((key) => key.kid === kid);

/** It is not checked to be a key set. */
const download = (url: URL): Promise<JSONWebKeySet> =>
  downloadJson({
    url,
    maxBytes: maxSetBytes,
    headers: { Accept: "application/json, application/jwk-set+json" },
  }) as Promise<JSONWebKeySet>;

const isOfJose = (error: unknown): boolean => error instanceof errors.JOSEError;
