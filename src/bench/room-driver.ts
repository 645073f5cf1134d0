// Drives the room protocol. Each client is a user of its own, with a token. It reads the room's state, and sends
// offers to the user in the other seat of its pair.

import type { Driver, DriverConversation, FrameKind, Seat } from "./driver.ts";
import { benchSecret, tokenOf } from "./token.ts";

const userOf = ({ topic, index }: Seat): string => `${topic}-${index}`;

/** Every frame begins like this. The first letter of the type comes next. */
const beginning = Buffer.from('{"type":"');

const [letterO, letterE] = [...Buffer.from("oe")];

class RoomDriverConversation implements DriverConversation {
  readonly greetings = [];
  /** The ids of users follow from their seats. */
  readonly paired = true;
  readonly #partner: string;
  #entered = false;

  /** Messages are only sent in rooms of two. */
  constructor({ topic, index }: Seat) {
    this.#partner = userOf({ topic, index: 1 - index });
  }

  get entered(): boolean {
    return this.#entered;
  }

  hear(text: string): boolean {
    const [, type] = /^\{"type":"(room_state|user_joined|user_left)",/.exec(text) ?? [];
    if (type === "room_state") this.#entered = true;
    return type !== undefined;
  }

  kindOf(bytes: Uint8Array, start: number, end: number): FrameKind {
    const letter = start + beginning.length;
    if (letter >= end || bytes[start] !== beginning[0]) return "other";
    if (bytes[letter] === letterE) return "error";
    return bytes[letter] === letterO ? "relayed" : "other";
  }

  relayFrame(payload: string): string {
    return `{"type":"offer","payload":{"target_user_id":"${this.#partner}","offer":${payload}}}`;
  }
}

export const roomDriver: Driver = {
  path: (seat) => `/webrtc/ws/${seat.topic}?token=${tokenOf(userOf(seat))}`,
  begin: (seat) => new RoomDriverConversation(seat),
  // No limit may hold the load back.
  serverFlags: [
    ...["--jwt-secret", benchSecret],
    ...["--webrtc-messages-per-second", "0"],
    ...["--webrtc-max-participants-per-room", "1000"],
  ],
};
