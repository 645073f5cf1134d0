// Drives the PeerJS protocol. A client's id and that of its partner follow from their seats. It reads OPEN, and
// sends offers to its partner's id.

import {
  type Driver,
  type DriverConversation,
  type FrameKind,
  otherSeats,
  type Seat,
} from "./driver.ts";

const idOf = ({ topic, index }: Seat): string => `${topic}-${index}`;

/** Every frame begins like this. The first letter of the type comes next. */
const beginning = Buffer.from('{"type":"');

const [letterE, letterF] = [...Buffer.from("EF")];

class PeerjsConversation implements DriverConversation {
  readonly greetings = [];
  /** Ids follow from seats. */
  readonly paired = true;
  readonly #seat: Seat;
  readonly #partner: string;
  #entered = false;

  constructor(seat: Seat) {
    this.#seat = seat;
    this.#partner = idOf({ topic: seat.topic, index: 1 - seat.index });
  }

  get entered(): boolean {
    return this.#entered;
  }

  hear(text: string): boolean {
    if (text !== '{"type":"OPEN"}') return false;
    this.#entered = true;
    return true;
  }

  /** OPEN and OFFER differ in the second letter. EXPIRE and ERROR are errors. */
  kindOf(bytes: Uint8Array, start: number, end: number): FrameKind {
    const letter = start + beginning.length;
    if (letter + 1 >= end || bytes[start] !== beginning[0]) return "other";
    if (bytes[letter] === letterE) return "error";
    return bytes[letter + 1] === letterF ? "relayed" : "other";
  }

  others(size: number): readonly string[] {
    return otherSeats(this.#seat, size).map(idOf);
  }

  relayFrame(payload: string, to = this.#partner): string {
    return `{"type":"OFFER","dst":"${to}","payload":${payload}}`;
  }
}

export const peerjsDriver: Driver = {
  path: (seat) => `/peerjs?key=peerjs&id=${idOf(seat)}&token=${idOf(seat)}&version=1.5.5`,
  begin: (seat) => new PeerjsConversation(seat),
};
