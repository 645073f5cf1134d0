// The secret by which clients come back to their memberships. It is given, or all nodes agree on one: until then, and
// while they cannot, a node uses its own.

import type { Bus } from "./bus.ts";
import type { Clock } from "./clock.ts";

/**
 * Seconds after which a node checks again that all nodes have the same key. Redis may lose the key, and nobody notices if it
 * is away for a moment only. Until all nodes have checked, a node that has started since cannot read their tokens.
 */
const lookSeconds = 10;

/** How long a key is kept without a node that looks, in seconds. */
const keptSeconds = 30 * 24 * 3600;

/** Keys by which tokens were made before; older ones are not good any more. */
const maxOldKeys = 3;

/** What it needs of the node. */
interface KeyContext {
  readonly bus: Bus;
  readonly clock: Clock;
}

export class ResumeKey {
  /** Tokens are made by the first one, and read by any. */
  #keys: readonly string[];
  readonly #bus: Bus;
  #looking: Promise<void> | undefined;
  #hasAgreed: boolean;

  /** @param given not changed, and no other is used */
  constructor({ bus, clock }: KeyContext, given?: string) {
    this.#bus = bus;
    this.#keys = [given ?? newKey()];
    this.#hasAgreed = given !== undefined;
    if (given !== undefined) return;
    let wasReachable = bus.isReachable;
    clock.everyStep(() => {
      const isBack = bus.isReachable && !wasReachable;
      wasReachable = bus.isReachable;
      const isDue = isBack || clock.seconds % lookSeconds === 0;
      if (!this.#hasAgreed || isDue) void this.#look();
    });
  }

  /** A promise of an attempt to agree, while the nodes do not; it resolves soon, and never rejects. */
  get settling(): Promise<void> | undefined {
    return this.#hasAgreed ? undefined : this.#look();
  }

  get current(): string {
    return this.#keys[0] ?? "";
  }

  get all(): readonly string[] {
    return this.#keys;
  }

  #look(): Promise<void> {
    this.#looking ??= this.#agree().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #agree(): Promise<void> {
    const found = await this.#bus.firstValue("resume-key", this.current, keptSeconds);
    if (found === undefined) return;
    this.#hasAgreed = true;
    if (found !== this.current && isKey(found))
      this.#keys = [found, ...this.#keys].slice(0, 1 + maxOldKeys);
  }
}

/** 256 bits. */
const newKey = (): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");

const isKey = (text: string): boolean => /^[\w-]{43}$/.test(text);
