// The TURN servers of a hosted service: asked by its HTTP API, kept for as long as their credentials last, and asked again
// at half of that time. While the service is away, what it gave last is served on until it ends.

import * as v from "valibot";
import { downloadJson, problemOf } from "../download/download-json.ts";

/** Largest answer, in bytes. */
const maxAnswerBytes = 1 << 16;

/** Seconds from a failed attempt to the next one. They double with each failure. */
const firstRetrySeconds = 2;
const maxRetrySeconds = 60;

const server = v.object({
  urls: v.union([v.string(), v.array(v.string())]),
  username: v.optional(v.string()),
  credential: v.optional(v.string()),
});

const servers = v.pipe(
  v.union([
    v.array(server),
    v.pipe(
      server,
      v.transform((one) => [one]),
    ),
  ]),
  v.minLength(1),
  v.maxLength(32),
);

const ttl = v.optional(v.pipe(v.unknown(), v.transform(Number), v.integer(), v.minValue(1)));

/** What Cloudflare, Twilio, Metered and servers of our kind answer. */
const answer = v.union([
  v.pipe(
    v.object({ iceServers: servers, ttl }),
    v.transform(({ iceServers, ttl }) => ({ servers: iceServers, ttl })),
  ),
  v.pipe(
    v.object({ ice_servers: servers, ttl }),
    v.transform(({ ice_servers, ttl }) => ({ servers: ice_servers, ttl })),
  ),
  v.pipe(
    servers,
    v.transform((all) => ({ servers: all, ttl: undefined })),
  ),
]);

export interface HostedOptions {
  readonly url: URL;
  /** Sent as a bearer token with a POST; without one it is a GET. */
  readonly key: string | undefined;
  /** Seconds that credentials are to last; the answer may say otherwise. */
  readonly ttl: number;
  /** Told of a failure in a few words, which quote nothing of the answer. */
  readonly failed: (problem: string) => void;
}

export interface HostedGrant {
  /** As `RTCPeerConnection` takes them. */
  readonly servers: readonly object[];
  /** Seconds for which they are good at least. */
  readonly seconds: number;
}

interface Kept {
  readonly servers: readonly object[];
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly renewAt: number;
  readonly ttl: number;
}

export class HostedServers {
  readonly #options: HostedOptions;
  #kept: Kept | undefined;
  #isAsking = false;
  #failures = 0;
  #retryAt = 0;

  constructor(options: HostedOptions) {
    this.#options = options;
  }

  /** What is served; `undefined` if there is nothing, or nothing any more. */
  get current(): HostedGrant | undefined {
    const kept = this.#kept;
    if (kept === undefined) return undefined;
    const left = Math.floor((kept.until - Date.now()) / 1000);
    if (left < 1) return undefined;
    // The same for everybody until it is renewed, so that few clients are told different times.
    const half = Math.max(1, Math.floor(kept.ttl / 2));
    return { servers: kept.servers, seconds: left >= half ? half : roundedDown(left) };
  }

  /** Asks the service, if it is time to. Call it every now and then. Never rejects. */
  async renew(): Promise<void> {
    const now = Date.now();
    const isDue = now >= (this.#kept?.renewAt ?? 0) && now >= this.#retryAt;
    if (this.#isAsking || !isDue) return;
    this.#isAsking = true;
    try {
      const { servers, ttl = this.#options.ttl } = v.parse(answer, await this.#ask());
      const [until, renewAt] = [now + ttl * 1000, now + ttl * 500];
      this.#kept = { servers: servers.map((each) => withTtl(each, ttl)), until, renewAt, ttl };
      this.#failures = 0;
    } catch (error) {
      const seconds = Math.min(firstRetrySeconds * 2 ** this.#failures, maxRetrySeconds);
      this.#failures++;
      this.#retryAt = Date.now() + seconds * 1000;
      this.#options.failed(problemOf(error, isOfSchema, "not ICE servers"));
    } finally {
      this.#isAsking = false;
    }
  }

  #ask(): Promise<unknown> {
    const { url, key, ttl } = this.#options;
    const accept = { Accept: "application/json" };
    if (key === undefined) return downloadJson({ url, maxBytes: maxAnswerBytes, headers: accept });
    const headers = {
      ...accept,
      Authorization: `Bearer ${key}`,
      "Content-Type": "application/json",
    };
    const body = JSON.stringify({ ttl });
    return downloadJson({ url, maxBytes: maxAnswerBytes, method: "POST", body, headers });
  }
}

const isOfSchema = (error: unknown): boolean => error instanceof v.ValiError;

/** The client of rooms reads by `ttl` when to ask again. STUN servers have no credentials. */
const withTtl = (each: v.InferOutput<typeof server>, ttl: number): object =>
  each.credential === undefined ? each : { ...each, ttl: Math.max(1, Math.floor(ttl / 2)) };

/** To whole minutes, and below that to powers of two: a time that clients are told has one of few values. */
const roundedDown = (seconds: number): number =>
  seconds >= 60 ? seconds - (seconds % 60) : 2 ** Math.floor(Math.log2(seconds));
