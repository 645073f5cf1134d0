// The key set at `jwks-url`: fetched when a token needs it, kept for some minutes, and fetched again when a
// token is by a key that is not in it. Anybody can send tokens, so it is this file that decides how often.

import {
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWTHeaderParameters,
} from "jose";

/** Milliseconds for which a set is used. */
const keptMs = 600_000;

/** Milliseconds after a fetch in which no token makes the server fetch the set again. */
const cooldownMs = 30_000;

/** Milliseconds that a fetch may take, the body included. */
const fetchMs = 5000;

/** Milliseconds from a fetch that failed to the next one. Doubles with each failure, up to `cooldownMs`. */
const firstRetryMs = 1000;

/** Bytes of a set, at most. Hundreds of keys have fewer. */
const maxSetBytes = 1 << 20;

/** The keys cannot be had now. A token may be good, and should be tried again later. */
export class KeysUnavailable extends Error {
  override readonly name = "KeysUnavailable";
}

interface KeySet {
  readonly keys: JSONWebKeySet["keys"];
  readonly find: ReturnType<typeof createLocalJWKSet>;
  /** The number of the fetch that brought it. */
  readonly fetch: number;
  /** When it came, in milliseconds since 1970. */
  readonly at: number;
}

type Found = ReturnType<KeySet["find"]>;

export class RemoteKeys {
  readonly #url: URL;
  readonly #failed: (problem: string) => void;
  #set: KeySet | undefined;
  /** The fetch that is under way. */
  #pending: Promise<KeySet> | undefined;
  #fetches = 0;
  #failures = 0;
  #failedAt = Number.NEGATIVE_INFINITY;

  /** @param failed is told of each fetch that failed, in a word */
  constructor(url: URL, failed: (problem: string) => void) {
    this.#url = url;
    this.#failed = failed;
  }

  /** Whether a fetch is under way, so that tokens may wait for seconds. */
  get isFetching(): boolean {
    return this.#pending !== undefined;
  }

  /** How many fetches have begun. Note it when a token comes, for `isOutdated`. */
  get fetches(): number {
    return this.#fetches;
  }

  /**
   * The key that a token is by, for `jwtVerify`. Throws what jose throws if no key fits.
   * @throws {KeysUnavailable} if no key fits, but one of a newer set may
   */
  async find(header: JWTHeaderParameters, token: FlattenedJWSInput): Found {
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
   * Whether a token that was refused should be judged once more, by a newer set, which is fetched for that.
   * @param came `fetches` when the token came
   * @returns false if the set was fetched after that: the token is by none of its keys
   * @throws {KeysUnavailable} if the set is older than the token, and may not be fetched now
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

  /** Fetches the set, or waits for the fetch that is under way. */
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
      const keySet = await download(this.#url);
      const find = createLocalJWKSet(keySet);
      this.#set = { keys: keySet.keys, find, fetch, at: Date.now() };
      this.#failures = 0;
      return this.#set;
    } catch (error) {
      this.#failures++;
      this.#failedAt = Date.now();
      this.#failed(problemOf(error));
      throw new KeysUnavailable();
    }
  }
}

const isWithin = (since: number, ms: number): boolean => {
  const elapsed = Date.now() - since;
  // Less than nothing if the machine's clock was set back: then it says nothing.
  return elapsed >= 0 && elapsed < ms;
};

/** Whether the token's `kid` is in the set, if only for another algorithm. */
const hasName = ({ keys }: KeySet, { kid }: JWTHeaderParameters): boolean =>
  kid !== undefined && keys.some((key) => key.kid === kid);

class BadAnswer extends Error {
  override readonly name = "BadAnswer";
}

/** @returns JSON, which may be no key set. @throws {BadAnswer} and what `fetch` and `JSON.parse` throw */
async function download(url: URL): Promise<JSONWebKeySet> {
  const response = await fetch(url, {
    headers: { Accept: "application/json, application/jwk-set+json" },
    redirect: "manual",
    signal: AbortSignal.timeout(fetchMs),
  });
  if (response.status !== 200) throw new BadAnswer(`status ${response.status}`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxSetBytes) throw new BadAnswer("too long for a key set");
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}

/** For the log: nothing of what the server has answered but its status. */
function problemOf(error: unknown): string {
  if (error instanceof BadAnswer) return error.message;
  if (error instanceof errors.JOSEError || error instanceof SyntaxError) return "not a key set";
  if (!(error instanceof Error)) return "unknown";
  if (error.name === "TimeoutError") return "timeout";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
