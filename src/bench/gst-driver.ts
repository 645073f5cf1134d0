// Drives the GStreamer protocol: GET /gst/{space}. The first of a pair is its producer; the other one begins a
// session with it, in which both send descriptions.

import type { Driver, DriverConversation, FrameKind, Seat } from "./driver.ts";

/** Every frame begins like this; the type comes next. */
const beginning = Buffer.from('{"type":"');

const [letterE, letterP, letterR, quote] = [...Buffer.from('epr"')];

/** From the type's first letter to where `peer` ends and `peerStatusChanged` goes on. */
const peerLength = "peer".length;

class GstDriverConversation implements DriverConversation {
  readonly greetings: readonly string[];
  readonly #isConsumer: boolean;
  #self = "";
  #producer: string | undefined;
  #session: string | undefined;
  #isAsking = false;
  #entered = false;

  constructor({ index }: Seat) {
    this.#isConsumer = index === 1;
    const roles = index === 0 ? '"listener","producer"' : '"listener"';
    this.greetings = [`{"type":"setPeerStatus","roles":[${roles}]}`, '{"type":"list"}'];
  }

  get entered(): boolean {
    return this.#entered;
  }

  get paired(): boolean {
    return this.#session !== undefined;
  }

  hear(text: string): boolean {
    const [, type] =
      /^\{"type":"(welcome|peerStatusChanged|list|sessionStarted|startSession|endSession)",/.exec(
        text,
      ) ?? [];
    const peer = /"peerId":"([\w-]+)"/.exec(text)?.[1] ?? "";
    if (type === "welcome") this.#self = peer;
    else if (type === "list") {
      this.#entered = true;
      this.#met(/"id":"([\w-]+)"/.exec(text)?.[1]);
    } else if (type === "peerStatusChanged")
      this.#met(text.includes('"producer"') ? peer : undefined);
    else if (type !== undefined) this.#session ??= /"sessionId":"([\w-]+)"/.exec(text)?.[1];
    return type !== undefined;
  }

  answerTo(): string | undefined {
    if (!this.#isAsking) return undefined;
    this.#isAsking = false;
    return `{"type":"startSession","peerId":"${this.#producer}"}`;
  }

  kindOf(bytes: Uint8Array, start: number, end: number): FrameKind {
    const letter = start + beginning.length;
    if (letter + peerLength >= end || bytes[start] !== beginning[0]) return "other";
    if (bytes[letter] === letterP)
      return bytes[letter + peerLength] === quote ? "relayed" : "other";
    // `endSession` begins with the same letter.
    return bytes[letter] === letterE && bytes[letter + 1] === letterR ? "error" : "other";
  }

  relayFrame(payload: string): string {
    return `{"type":"peer","sessionId":"${this.#session}","sdp":{"type":"answer","sdp":""},"data":${payload}}`;
  }

  #met(producer: string | undefined): void {
    if (producer === undefined || producer === this.#self || this.#producer !== undefined) return;
    this.#producer = producer;
    this.#isAsking = this.#isConsumer;
  }
}

export const gstDriver: Driver = {
  path: ({ topic }) => `/gst/${encodeURIComponent(topic)}`,
  begin: (seat) => new GstDriverConversation(seat),
};
