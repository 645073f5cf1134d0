// Drives the matchbox protocol: GET /matchbox/{room}, the id that the server assigns, and signals to the other one of
// a pair. Who was there first is told of the newcomer, and the newcomer hears of nobody: so the first says hello.

import type { Driver, DriverConversation, FrameKind } from "./driver.ts";

/** Every frame begins like this; the kind's first letter comes next. */
const beginning = Buffer.from('{"');

const [letterS] = [...Buffer.from("S")];

class MatchboxDriverConversation implements DriverConversation {
  readonly greetings: readonly string[] = [];
  #partner: string | undefined;
  #entered = false;
  #owesHello = false;

  get entered(): boolean {
    return this.#entered;
  }

  get paired(): boolean {
    return this.#partner !== undefined;
  }

  hear(text: string): boolean {
    const [, kind, id] =
      /^\{"(IdAssigned|NewPeer|PeerLeft|Signal)":(?:\{"sender":)?"([0-9a-f-]{36})"/.exec(text) ??
      [];
    if (kind === "IdAssigned") this.#entered = true;
    this.#owesHello = kind === "NewPeer" && this.#partner === undefined;
    if (kind === "NewPeer" || kind === "Signal") this.#partner ??= id;
    return kind !== undefined;
  }

  answerTo(): string | undefined {
    return this.#owesHello ? this.relayFrame('"hello"') : undefined;
  }

  kindOf(bytes: Uint8Array, start: number, end: number): FrameKind {
    const letter = start + beginning.length;
    if (letter >= end || bytes[letter] !== letterS || bytes[start] !== beginning[0]) return "other";
    // The hello is no message of the load.
    return this.#partner === undefined ? "other" : "relayed";
  }

  relayFrame(payload: string): string {
    return `{"Signal":{"receiver":"${this.#partner}","data":${payload}}}`;
  }
}

export const matchboxDriver: Driver = {
  path: ({ topic }) => `/matchbox/${topic}`,
  begin: () => new MatchboxDriverConversation(),
};
