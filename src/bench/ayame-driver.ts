// Drives the Ayame protocol: GET /signaling, a register, and offers to the other one of a room of two.

import type { Driver, DriverConversation, FrameKind } from "./driver.ts";

/** Every frame begins like this; the type's first letter comes next. */
const beginning = Buffer.from('{"type":"');

const [letterB, letterO, letterR] = [...Buffer.from("bor")];

class AyameDriverConversation implements DriverConversation {
  readonly greetings: readonly string[];
  /** What is sent goes to the other one. */
  readonly paired = true;
  #entered = false;

  /** @param room that has place for two */
  constructor(room: string) {
    this.greetings = [`{"type":"register","roomId":"${room}","clientId":"${crypto.randomUUID()}"}`];
  }

  get entered(): boolean {
    return this.#entered;
  }

  hear(text: string): boolean {
    const [, type] = /^\{"type":"(accept|ping)"/.exec(text) ?? [];
    if (type === "accept") this.#entered = true;
    return type !== undefined;
  }

  answerTo(text: string): string | undefined {
    return text === '{"type":"ping"}' ? '{"type":"pong"}' : undefined;
  }

  kindOf(bytes: Uint8Array, start: number, end: number): FrameKind {
    const at = start + beginning.length;
    const letter = at < end && bytes[start] === beginning[0] ? bytes[at] : undefined;
    if (letter === letterO) return "relayed";
    // bye, and reject
    return letter === letterB || letter === letterR ? "error" : "other";
  }

  relayFrame(payload: string): string {
    return `{"type":"offer","sdp":${payload}}`;
  }
}

export const ayameDriver: Driver = {
  path: () => "/signaling",
  // Topics are larger than rooms in some modes.
  begin: ({ topic, index }) => new AyameDriverConversation(`${topic}-${index >> 1}`),
};
