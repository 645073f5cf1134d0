// Drives the topic protocol, GET /ws/{topic}. A client reads welcome and peer-list, and sends offers to the id
// of the first peer that it hears of.

import * as v from "valibot";
import type { Driver, DriverConversation, FrameKind } from "./driver.ts";

const Heard = v.variant("type", [
  v.object({ type: v.literal("welcome"), selfId: v.string() }),
  v.object({ type: v.literal("peer-list"), peers: v.array(v.object({ id: v.string() })) }),
  v.object({ type: v.literal("peer-joined"), peerId: v.string() }),
  v.object({ type: v.literal("peer-left"), peerId: v.string() }),
]);

/** Every frame begins like this. The first letter of the type comes next. */
const beginning = Buffer.from('{"type":"');

const kinds: ReadonlyMap<number, FrameKind> = new Map([
  ["o".charCodeAt(0), "relayed"], // offer
  ["a".charCodeAt(0), "relayed"], // answer
  ["i".charCodeAt(0), "relayed"], // ice-candidate
  ["e".charCodeAt(0), "error"],
]);

class TopicDriverConversation implements DriverConversation {
  readonly greetings = [];
  #entered = false;
  #partner: string | undefined;

  get entered(): boolean {
    return this.#entered;
  }

  get paired(): boolean {
    return this.#partner !== undefined;
  }

  hear(text: string): boolean {
    const heard = v.safeParse(v.pipe(v.string(), v.parseJson(), Heard), text);
    if (!heard.success) return false;
    if (heard.output.type === "peer-list") {
      this.#entered = true;
      this.#partner = heard.output.peers[0]?.id;
    } else if (heard.output.type === "peer-joined") {
      this.#partner ??= heard.output.peerId;
    }
    return true;
  }

  kindOf(bytes: Uint8Array, start: number, end: number): FrameKind {
    const letter = start + beginning.length;
    // The brace and the letter are enough here: `hear` parses every frame that they do not tell.
    if (letter >= end || bytes[start] !== beginning[0]) return "other";
    return kinds.get(bytes[letter] ?? 0) ?? "other";
  }

  relayFrame(payload: string): string {
    return `{"type":"offer","to":"${this.#partner}","payload":${payload}}`;
  }
}

export const topicDriver: Driver = {
  path: ({ topic }) => `/ws/${encodeURIComponent(topic)}`,
  begin: () => new TopicDriverConversation(),
};
