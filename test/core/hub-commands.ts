// What may happen to a hub: what clients do, what protocols do for them, and what the event loop does.
// Commands name peers and topics by number, so that any sequence of them makes sense, and shrinks.

import fc from "fast-check";

export const topicCount = 3;
export const peerCount = 6;

export type Command =
  /** Connects too, where the peer is not. */
  | { do: "join"; who: number; topic: number; info: number }
  | { do: "leave"; who: number; topic: number }
  | { do: "close" | "hangUp"; who: number }
  /** From `peerCount` on, `to` is somebody who left, or never was. */
  | {
      do: "relay";
      who: number;
      topic: number;
      to: number;
      size: number;
      times: number;
      tell: boolean;
    }
  | { do: "relayToAny"; who: number; topic: number; to: readonly number[]; size: number }
  | { do: "broadcast"; who: number; topic: number; toSelf: boolean; size: number; times: number }
  /** More than a socket may hold, over a few ticks. */
  | { do: "flood"; who: number; topic: number }
  | { do: "word"; who: number; size: number }
  /** Stalls, and gets more than may wait. */
  | { do: "choke"; who: number }
  | { do: "stall" | "read"; who: number; room: number }
  | { do: "readSome"; who: number; count: number }
  | { do: "endTick" }
  | { do: "sweep"; steps: number };

export interface Setup {
  readonly maxQueuedFrames: number;
  readonly maxQueuedBytes: number;
  readonly maxTopicMembers: number;
  /** Topics that have silent members, from the beginning, and how many. */
  readonly crowded: readonly number[];
  readonly crowd: number;
  /** Bytes that each of them has its snapshot show. */
  readonly crowdInfo: number;
}

/** Steps of the sweep in which every slow peer is found. */
export const longSweep = 24;

export const slowPeerSeconds = 2;

const who = fc.nat(peerCount - 1);
const topic = fc.nat(topicCount - 1);
const to = fc.nat(peerCount + 1);
const size = fc.constantFrom(0, 40, 900, 3000, 16_000);
const times = fc.constantFrom(1, 1, 1, 2, 6, 40);
const room = fc.constantFrom(0, 0, 100, 30_000);
const roomAfter = fc.constantFrom(0, 5000, 100_000, Number.POSITIVE_INFINITY);

const is = <Name extends Command["do"]>(name: Name) => fc.constant(name);

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: is("join"), who, topic, info: fc.constantFrom(0, 40, 16_000) }),
  },
  { weight: 2, arbitrary: fc.record({ do: is("leave"), who, topic }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("close", "hangUp"), who }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: is("relay"), who, topic, to, size, times, tell: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: is("relayToAny"),
      who,
      topic,
      to: fc.array(to, { maxLength: 4 }),
      size,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: is("broadcast"), who, topic, toSelf: fc.boolean(), size, times }),
  },
  { weight: 1, arbitrary: fc.record({ do: is("flood"), who, topic }) },
  { weight: 1, arbitrary: fc.record({ do: is("word"), who, size }) },
  { weight: 3, arbitrary: fc.record({ do: is("choke"), who }) },
  { weight: 4, arbitrary: fc.record({ do: is("stall"), who, room }) },
  { weight: 3, arbitrary: fc.record({ do: is("read"), who, room: roomAfter }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: is("readSome"), who, count: fc.integer({ min: 1, max: 9 }) }),
  },
  { weight: 5, arbitrary: fc.record({ do: is("endTick") }) },
  { weight: 1, arbitrary: fc.record({ do: is("sweep"), steps: fc.constantFrom(1, 4, longSweep) }) },
);

export const commands = fc.array(command, { minLength: 1, maxLength: 200, size: "max" });

export const setup: fc.Arbitrary<Setup> = fc.record({
  maxQueuedFrames: fc.constantFrom(1, 2, 4, 30),
  maxQueuedBytes: fc.constantFrom(1000, 20_000, 200_000),
  maxTopicMembers: fc.constantFrom(3, 20, 1000, 1000),
  crowded: fc.subarray([0, 1, 2]),
  crowd: fc.constantFrom(13, 15, 16, 16),
  crowdInfo: fc.constantFrom(0, 6000),
});
