// Drives the y-webrtc protocol: GET /signal, subscribe and announce as its clients do, then signals to
// the other peer of the room. There is no list of peers, so that ids follow from seats.

import type { Conversation, Driver, FrameKind, Seat } from "./driver.ts";

const pong = '{"type":"pong"}';

class YWebrtcConversation implements Conversation {
  readonly greetings: readonly string[];
  /** In a topic of more or fewer than two, nobody is sent anything. */
  readonly paired = true;
  readonly #self: string;
  readonly #partner: string;
  /** How a signal begins, up to the id that it is for. */
  readonly #beginning: string;
  #entered = false;

  constructor({ topic, index }: Seat) {
    this.#self = idOf(topic, index);
    this.#partner = idOf(topic, 1 - index);
    this.#beginning = `{"type":"publish","topic":"${topic}","data":{"to":"`;
    this.greetings = [
      `{"type":"subscribe","topics":["${topic}"]}`,
      `{"type":"publish","topic":"${topic}","data":{"type":"announce","from":"${this.#self}"}}`,
      // Nothing is said to a newcomer; the answer to this says that the rest was heard.
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

  /** The first character of the id that a signal is for tells the two of a pair apart. */
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
  begin: (seat) => new YWebrtcConversation(seat),
};
