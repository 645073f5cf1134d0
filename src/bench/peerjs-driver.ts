// Drives the PeerJS protocol: a client chooses its id and that of its partner by its seat, reads OPEN, and
// sends offers by id.

import type { Conversation, Driver, FrameKind, Seat } from "./driver.ts";

const idOf = ({ topic, index }: Seat): string => `${topic}-${index}`;

/** Every frame begins like this; the type's first letter comes next. */
const beginning = Buffer.from('{"type":"');

const [letterE, letterF] = [...Buffer.from("EF")];

class PeerjsConversation implements Conversation {
  readonly greetings = [];
  /** Ids are known before anybody comes. */
  readonly paired = true;
  readonly #partner: string;
  #entered = false;

  /** In a topic of more or fewer than two, nobody is sent anything. */
  constructor({ topic, index }: Seat) {
    this.#partner = idOf({ topic, index: 1 - index });
  }

  get entered(): boolean {
    return this.#entered;
  }

  hear(text: string): boolean {
    if (text !== '{"type":"OPEN"}') return false;
    this.#entered = true;
    return true;
  }

  /** OPEN and OFFER differ in the second letter; EXPIRE and ERROR refuse. */
  kindOf(bytes: Uint8Array, start: number, end: number): FrameKind {
    const letter = start + beginning.length;
    if (letter + 1 >= end || bytes[start] !== beginning[0]) return "other";
    if (bytes[letter] === letterE) return "error";
    return bytes[letter + 1] === letterF ? "relayed" : "other";
  }

  relayFrame(payload: string): string {
    return `{"type":"OFFER","dst":"${this.#partner}","payload":${payload}}`;
  }
}

export const peerjsDriver: Driver = {
  path: (seat) => `/peerjs?key=peerjs&id=${idOf(seat)}&token=${idOf(seat)}&version=1.5.5`,
  begin: (seat) => new PeerjsConversation(seat),
};
