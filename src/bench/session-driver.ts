// Drives the session protocol. The server makes the ids and lists nobody, so a client asks its whole space
// who is there, and the one that hears this answers. Then both know where to send offers.

import type { Driver, DriverConversation, FrameKind } from "./driver.ts";

const seek = '{"type":"webrtc_seek_broadcaster"}';

/** Every frame begins like this. The first letter of the type comes next. */
const beginning = Buffer.from('{"type":"');

/** Most types of messages between sessions begin with this. */
const prefixLength = "webrtc_".length;

const [letterE, letterO] = [...Buffer.from("eo")];

class SessionDriverConversation implements DriverConversation {
  readonly greetings = [seek];
  #entered = false;
  #partner: string | undefined;

  get entered(): boolean {
    return this.#entered;
  }

  get paired(): boolean {
    return this.#partner !== undefined;
  }

  hear(text: string): boolean {
    const [, type] =
      /^\{"type":"(connected|webrtc_seek_broadcaster|request_offer)"/.exec(text) ?? [];
    if (type === "connected") this.#entered = true;
    else if (type !== undefined) this.#partner ??= sourceOf(text);
    return type !== undefined;
  }

  /** Only the partner is answered: in a space of more than two, others seek, too. */
  answerTo(text: string): string | undefined {
    const isAnswered = text.startsWith(seek.slice(0, -1)) && sourceOf(text) === this.#partner;
    return isAnswered ? `{"type":"request_offer","targetSession":"${this.#partner}"}` : undefined;
  }

  /** Of all types, only `webrtc_offer` has an O after as many letters as the prefix has. */
  kindOf(bytes: Uint8Array, start: number, end: number): FrameKind {
    const first = start + beginning.length;
    const letter = first + prefixLength;
    if (letter >= end || bytes[start] !== beginning[0]) return "other";
    if (bytes[first] === letterE) return "error";
    return bytes[letter] === letterO ? "relayed" : "other";
  }

  relayFrame(payload: string): string {
    return `{"type":"webrtc_offer","targetSession":"${this.#partner}","sdp":${payload}}`;
  }
}

/** The id of the sender, which the server appends to a message. */
const sourceOf = (text: string): string | undefined =>
  /"sourceSession":"([^"]+)"\}$/.exec(text)?.[1];

export const sessionDriver: Driver = {
  path: ({ topic }) => `/ws?space=${encodeURIComponent(topic)}`,
  begin: () => new SessionDriverConversation(),
};
