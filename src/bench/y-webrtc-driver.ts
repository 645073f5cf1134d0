// Drives the y-webrtc protocol, GET /signal. A client subscribes and announces itself, as Yjs does, and sends
// signals to its partner. The protocol lists nobody, so ids follow from seats.

import {
  type Driver,
  type DriverConversation,
  type FrameKind,
  otherSeats,
  type Seat,
} from "./driver.ts";

const pong = '{"type":"pong"}';

const [zero = 0, nine = 0, letterY] = Buffer.from("09y");

class YWebrtcDriverConversation implements DriverConversation {
  readonly greetings: readonly string[];
  /** Ids follow from seats. */
  readonly paired = true;
  readonly #seat: Seat;
  readonly #self: string;
  readonly #partner: string;
  /** The start of a message in the topic, up to its data. */
  readonly #beginning: string;
  /** Where the id begins in a signal, which names its receiver, and in a broadcast, which names its sender. */
  readonly #idAt: number;
  /** The start of its own id, by which all of the topic differ. */
  readonly #ownBytes: Uint8Array;
  #entered = false;

  constructor(seat: Seat) {
    const { topic, index } = seat;
    this.#seat = seat;
    this.#self = idOf(seat);
    this.#partner = idOf({ topic, index: 1 - index });
    this.#beginning = `{"type":"publish","topic":"${topic}","data":{`;
    this.#idAt = this.#beginning.length + '"to":"'.length;
    this.#ownBytes = Buffer.from(`${index}-`);
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

  /** A signal has `to`, a broadcast has `by` at the same place, and an announcement has no id there. */
  kindOf(bytes: Uint8Array, start: number, end: number): FrameKind {
    const at = start + this.#idAt;
    const first = bytes[at];
    if (at >= end || first === undefined || !isDigit(first)) return "other";
    const isBroadcast = bytes[at - 4] === letterY;
    return this.#isOwnAt(bytes, at) === isBroadcast ? "own" : "relayed";
  }

  others(size: number): readonly string[] {
    return otherSeats(this.#seat, size).map(idOf);
  }

  relayFrame(payload: string, to = this.#partner): string {
    return (
      `${this.#beginning}"to":"${to}","from":"${this.#self}","type":"signal",` +
      `"token":1700000000000.25,"signal":${payload}}}`
    );
  }

  broadcastFrame(payload: string): string {
    return `${this.#beginning}"by":"${this.#self}","signal":${payload}}}`;
  }

  #isOwnAt(bytes: Uint8Array, at: number): boolean {
    const own = this.#ownBytes;
    for (let offset = 0; offset < own.length; offset++)
      if (bytes[at + offset] !== own[offset]) return false;
    return true;
  }
}

const isDigit = (byte: number): boolean => byte >= zero && byte <= nine;

const idOf = ({ topic, index }: Seat): string => `${index}-${topic}`;

export const yWebrtcDriver: Driver = {
  path: () => "/signal",
  begin: (seat) => new YWebrtcDriverConversation(seat),
};
