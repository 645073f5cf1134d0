// Drives the topic protocol, GET /ws/{topic}. A client reads welcome and peer-list, and sends offers to the id
// of the first peer that it hears of.

import * as v from "valibot";
import type { Driver, DriverConversation, FrameKind, Seat } from "./driver.ts";

const Heard = v.variant("type", [
  v.object({
    type: v.literal("welcome"),
    selfId: v.string(),
    resume: v.optional(v.string()),
    resumed: v.optional(v.boolean()),
    missed: v.optional(v.boolean()),
  }),
  v.object({ type: v.literal("peer-list"), peers: v.array(v.object({ id: v.string() })) }),
  v.object({ type: v.literal("peer-joined"), peerId: v.string() }),
  v.object({ type: v.literal("peer-left"), peerId: v.string() }),
]);

/** A client of a large topic remembers no more of the others than this. */
const mostOthers = 100;

/** Every frame begins like this. The first letter of the type comes next. */
const beginning = Buffer.from('{"type":"');

/** Of the types of frames, only `peer-joined` has this letter there. */
const joinedAt = "peer-".length;
const [letterJ] = Buffer.from("j");

const kinds: ReadonlyMap<number, FrameKind> = new Map([
  ["o".charCodeAt(0), "relayed"], // offer
  ["a".charCodeAt(0), "relayed"], // answer
  ["i".charCodeAt(0), "relayed"], // ice-candidate
  ["e".charCodeAt(0), "error"],
]);

class TopicDriverConversation implements DriverConversation {
  readonly greetings = [];
  readonly #seat: Seat;
  #entered = false;
  readonly #others = new Set<string>();
  #partner: string | undefined;
  /** By which the client comes back. */
  #token: string | undefined;

  constructor(seat: Seat) {
    this.#seat = seat;
  }

  get entered(): boolean {
    return this.#entered;
  }

  get paired(): boolean {
    return this.#partner !== undefined;
  }

  hear(text: string): boolean {
    const heard = v.safeParse(v.pipe(v.string(), v.parseJson(), Heard), text);
    if (!heard.success) return false;
    const frame = heard.output;
    if (frame.type === "peer-list") {
      this.#entered = true;
      this.#partner = frame.peers[0]?.id;
      for (const { id } of frame.peers.slice(0, mostOthers)) this.#others.add(id);
    } else if (frame.type === "peer-joined") {
      this.#partner ??= frame.peerId;
      if (this.#others.size < mostOthers) this.#others.add(frame.peerId);
    } else if (frame.type === "peer-left") {
      this.#others.delete(frame.peerId);
    } else if (frame.type === "welcome") {
      this.#token = frame.resume;
      // A list follows where something was missed.
      if (frame.resumed === true && frame.missed !== true) this.#entered = true;
      // It was to come back, and has become somebody else.
      return frame.resumed !== false;
    }
    return true;
  }

  comeBack(received: number): string | undefined {
    if (this.#token === undefined) return undefined;
    this.#entered = false;
    const token = encodeURIComponent(this.#token);
    return `${topicDriver.path(this.#seat)}?resume=${token}&received=${received}`;
  }

  kindOf(bytes: Uint8Array, start: number, end: number): FrameKind {
    const letter = start + beginning.length;
    // The brace and the letter are enough here: `hear` parses every frame that they do not tell.
    if (letter >= end || bytes[start] !== beginning[0]) return "other";
    // In a topic of a thousand a newcomer is told of hundreds more.
    if (this.#others.size === mostOthers && bytes[letter + joinedAt] === letterJ) return "news";
    return kinds.get(bytes[letter] ?? 0) ?? "other";
  }

  others(): readonly string[] {
    return [...this.#others];
  }

  relayFrame(payload: string, to = this.#partner): string {
    return `{"type":"offer","to":"${to}","payload":${payload}}`;
  }
}

export const topicDriver: Driver = {
  path: ({ topic }) => `/ws/${encodeURIComponent(topic)}`,
  stayingPath: (seat) => `${topicDriver.path(seat)}?resume=new`,
  begin: (seat) => new TopicDriverConversation(seat),
};
