// A server of a JSON Web Key Set, as an identity provider has one: its keys change, and it fails or hangs when
// a test says so.

import { keyPair, type Signing } from "./tokens.ts";

/** A public key as a set has it, and how a token is signed with the private one. */
export interface NamedKey {
  readonly jwk: object;
  readonly by: Signing;
}

/** @param kid none for a key that its set does not name */
export function namedKey(kid?: string, alg: "RS256" | "ES256" | "EdDSA" = "ES256"): NamedKey {
  const pair = keyPair(alg);
  const name = kid === undefined ? {} : { kid };
  const jwk = { ...pair.publicKey.export({ format: "jwk" }), ...name, alg };
  return { jwk, by: { key: pair.privateKey, alg, ...name } };
}

/** What it does with a request: answers, answers with 503, never answers, or never ends its answer. */
export type Mood = "well" | "failing" | "hanging" | "dripping";

export class KeyServer implements Disposable {
  mood: Mood = "well";
  /** When each request came, in milliseconds. */
  readonly requests: number[] = [];
  readonly #server: Bun.Server<undefined>;
  readonly #released: (() => void)[] = [];
  #asked = Promise.withResolvers<void>();

  /** @param keys may be changed while it runs */
  constructor(keys: readonly NamedKey[]) {
    this.#server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      idleTimeout: 0,
      fetch: () => {
        this.requests.push(performance.now());
        this.#asked.resolve();
        this.#asked = Promise.withResolvers();
        return this.#answer(() => Response.json({ keys: keys.map(({ jwk }) => jwk) }));
      },
    });
  }

  get url(): URL {
    return this.#server.url;
  }

  /** Resolves once it has been asked so many times. */
  async asked(times: number): Promise<void> {
    while (this.requests.length < times) await this.#asked.promise;
  }

  /** Those that hang are answered. */
  release(): void {
    for (const release of this.#released.splice(0)) release();
  }

  [Symbol.dispose](): void {
    this.#server.stop(true);
  }

  #answer(keys: () => Response): Response | Promise<Response> {
    switch (this.mood) {
      case "well":
        return keys();
      case "failing":
        return new Response("not now", { status: 503 });
      case "hanging":
        return new Promise((resolve) => this.#released.push(() => resolve(keys())));
      case "dripping":
        return new Response(new ReadableStream({ start: (body) => body.enqueue(" ") }));
    }
  }
}
