// Drives the Nostr protocol, GET /nostr: a client subscribes to a tag of its own and to that of its topic, and
// publishes ephemeral events to its partner, or to the whole topic.

import type { Driver, DriverConversation, FrameKind, Seat } from "./driver.ts";

/** As long as trystero's. */
const subscription = "bench".padEnd(64, "0");

/** Every event begins like this; the first digits of its public key come next, which tell who has sent it. */
const beginning = Buffer.from(`["EVENT","${subscription}",{"pubkey":"`);

const ownDigits = 8;

/** An answer to an event goes on with whether it was taken. */
const answerBeginning = Buffer.from(`["OK","${"0".repeat(64)}",`);

const [letterO, letterN, letterC, letterT] = [...Buffer.from("ONCt")];

const kind = 21_000;

const sha256 = (text: string): string => new Bun.CryptoHasher("sha256").update(text).digest("hex");

class NostrDriverConversation implements DriverConversation {
  readonly greetings: readonly string[];
  /** Tags follow from seats. */
  readonly paired = true;
  readonly #seat: Seat;
  readonly #pubkey: string;
  readonly #ownDigits: Buffer;
  readonly #createdAt = Math.floor(Date.now() / 1000);
  #entered = false;

  constructor(seat: Seat) {
    this.#seat = seat;
    const digits = seat.index.toString(16).padStart(ownDigits, "0");
    this.#ownDigits = Buffer.from(digits);
    this.#pubkey = digits + sha256(`${seat.topic}-${seat.index}`).slice(ownDigits);
    const filter = { kinds: [kind], "#x": [tagOf(seat.topic, seat.index), seat.topic] };
    this.greetings = [JSON.stringify(["REQ", subscription, filter])];
  }

  get entered(): boolean {
    return this.#entered;
  }

  hear(text: string): boolean {
    if (!text.startsWith('["EOSE",')) return false;
    this.#entered = true;
    return true;
  }

  kindOf(bytes: Uint8Array, start: number, end: number): FrameKind {
    const letter = bytes[start + 2];
    if (letter === letterO)
      return bytes[start + answerBeginning.length] === letterT ? "own" : "error";
    // ["NOTICE" and ["CLOSED"
    if (letter === letterN || letter === letterC) return "error";
    const at = start + beginning.length;
    if (bytes[start + 3] !== beginning[3] || at + ownDigits > end) return "other";
    for (let digit = 0; digit < ownDigits; digit++)
      if (bytes[at + digit] !== this.#ownDigits[digit]) return "relayed";
    return "own";
  }

  relayFrame(payload: string): string {
    return this.#event(tagOf(this.#seat.topic, 1 - this.#seat.index), payload);
  }

  broadcastFrame(payload: string): string {
    return this.#event(this.#seat.topic, payload);
  }

  /**
   * The content is the payload with other quotes, so that it has the same length. The stamp comes once more, outside of
   * what the id is made from, since it changes with each message.
   */
  #event(tag: string, payload: string): string {
    const content = `"${payload.replaceAll('"', "'")}"`;
    const tags = JSON.stringify([["x", tag]]);
    const id = sha256(
      `[0,"${this.#pubkey}",${this.#createdAt},${kind},${tags},${JSON.stringify(JSON.parse(content))}]`,
    );
    return (
      `["EVENT",{"pubkey":"${this.#pubkey}","created_at":${this.#createdAt},"kind":${kind},"tags":${tags},` +
      `"content":${content},"id":"${id}","sig":"${id}${id}","stamp":"0000000000"}]`
    );
  }
}

const tagOf = (topic: string, index: number): string => `${topic}-${index}`;

export const nostrDriver: Driver = {
  path: () => "/nostr",
  begin: (seat) => new NostrDriverConversation(seat),
};
