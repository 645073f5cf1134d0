// Drives the y-webrtc protocol, GET /signal. A client subscribes and announces itself, as Yjs does, and sends
// signals to its partner. The protocol lists nobody, so ids follow from seats.

import type { Driver, DriverConversation, FrameKind, Seat } from "./driver.ts";

const pong = '{"type":"pong"}';

class YWebrtcDriverConversation implements DriverConversation {
  readonly greetings: readonly string[];
  /** Messages are only sent in topics of two. */
  readonly paired = true;
  readonly #self: string;
  readonly #partner: string;
  /** The start of a signal, up to the id of its receiver. */
  readonly #beginning: string;
  #entered = false;

  constructor({ topic, index }: Seat) {
    this.#self = idOf(topic, index);
    this.#partner = idOf(topic, 1 - index);
    this.#beginning = `{"type":"publish","topic":"${topic}","data":{"to":"`;
    this.greetings = [
      `{"type":"subscribe","topics":["${topic}"]}`,
      `{"type":"publish","topic":"${topic}","data":{"type":"announce","from":"${this.#self}"}}`,
      // The server sends a newcomer nothing. Its answer to a ping shows that it has read the rest.
      '{"type":"ping"}',
    ];
  }

  get entered(): boolean {
    return this.#entered;
  }

  hear(text: string): boolean {
    if (text !== pong) return /^\{"type":"publish",.*"data":\{"type":"announce"/.test(text);
    this.#entered = true;
    return true;
  }

  /** The ids of a pair differ in their first character, so that of the receiver tells whose a signal is. */
  kindOf(bytes: Uint8Array, start: number, end: number): FrameKind {
    const at = start + this.#beginning.length;
    const first = at < end ? bytes[at] : undefined;
    if (first === this.#self.charCodeAt(0)) return "relayed";
    return first === this.#partner.charCodeAt(0) ? "own" : "other";
  }

  relayFrame(payload: string): string {
    return (
      `${this.#beginning}${this.#partner}","from":"${this.#self}","type":"signal",` +
      `"token":1700000000000.25,"signal":${payload}}}`
    );
  }
}

const idOf = (topic: string, index: number): string => `${index}-${topic}`;

export const yWebrtcDriver: Driver = {
  path: () => "/signal",
  begin: (seat) => new YWebrtcDriverConversation(seat),
};
