// Drives the RxDB protocol: GET /rxdb, init, a join, the list of members, and offers to the other one of a pair.

import type { Driver, DriverConversation, FrameKind } from "./driver.ts";

/** Every frame begins like this; the type's first letter comes next. */
const beginning = Buffer.from('{"type":"');

const [letterS] = [...Buffer.from("s")];

class RxdbDriverConversation implements DriverConversation {
  readonly greetings: readonly string[];
  readonly #room: string;
  #self: string | undefined;
  #partner: string | undefined;
  #entered = false;

  constructor(topic: string) {
    this.#room = `bench ${topic}`;
    this.greetings = [`{"type":"join","room":"${this.#room}"}`];
  }

  get entered(): boolean {
    return this.#entered;
  }

  get paired(): boolean {
    return this.#partner !== undefined;
  }

  hear(text: string): boolean {
    const [, type, rest = ""] = /^\{"type":"(init|joined)",(.*)\}$/.exec(text) ?? [];
    // Ids have 12 letters, and keys have not.
    const ids = rest.match(/\b[a-z]{12}\b/g) ?? [];
    if (type === "init") this.#self = ids[0];
    else if (type === "joined") {
      this.#entered ||= ids.some((id) => id === this.#self);
      this.#partner = ids.find((id) => id !== this.#self);
    }
    return type !== undefined;
  }

  kindOf(bytes: Uint8Array, start: number, end: number): FrameKind {
    const letter = start + beginning.length;
    if (letter >= end || bytes[start] !== beginning[0]) return "other";
    return bytes[letter] === letterS ? "relayed" : "other";
  }

  relayFrame(payload: string): string {
    return `{"type":"signal","senderPeerId":"${this.#self}","receiverPeerId":"${this.#partner}","room":"${this.#room}","data":${payload}}`;
  }
}

export const rxdbDriver: Driver = {
  path: () => "/rxdb",
  begin: ({ topic }) => new RxdbDriverConversation(topic),
};
