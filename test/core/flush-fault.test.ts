// A fault of ours while one outbox is flushed is that peer's alone. Before, it ended the flush of all peers behind
// it, and it counted as a fault of the peer that happened to be sending.

import { describe, expect, test } from "bun:test";
import { closeReasons } from "../../src/core/close.ts";
import { gatherBytes, maxPublishedLength } from "../../src/core/limits.ts";
import { endBy } from "../support/fake-socket.ts";
import { type HubMember, HubMembers } from "./hub-members.ts";

const fault = new Error("a fault");

function fail(): never {
  throw fault;
}

interface Fault {
  readonly where: string;
  /** How many frames have to be gathered. */
  readonly frames: number;
  readonly sabotage: (bob: HubMember) => void;
}

const faults: readonly Fault[] = [
  {
    where: "one frame is sent",
    frames: 1,
    sabotage: ({ socket }) => Object.assign(socket, { sendText: fail }),
  },
  {
    where: "the second frame of a cork is sent",
    frames: 3,
    sabotage: ({ socket }) => {
      const sendText = socket.sendText.bind(socket);
      let left = 1;
      socket.sendText = (frame) => (left-- > 0 ? sendText(frame) : fail());
    },
  },
  {
    where: "a cork is begun",
    frames: 2,
    sabotage: ({ socket }) => Object.assign(socket, { cork: fail }),
  },
  {
    where: "it is found backed up",
    frames: 1,
    sabotage: ({ peer, socket }) => {
      Object.assign(socket, { sendText: () => -1 });
      Object.assign(peer, { backedUp: fail });
    },
  },
];

/** A topic by copies, and one with a native channel. */
const topics = [
  ["by copies", false],
  ["with a native channel", true],
] as const;

const table = faults.flatMap((each) =>
  topics.map(([kind, isCrowded]) => ({ ...each, kind, isCrowded })),
);

interface Opened {
  readonly all: HubMembers;
  readonly ann: HubMember;
  readonly bob: HubMember;
  readonly cid: HubMember;
  /** What Ann and Cid have read since the last call, once all has been sent. */
  readonly reads: () => { readonly ann: readonly string[]; readonly cid: readonly string[] };
}

/** Ann, Bob whose transport is broken, and Cid, who is behind him. */
function open(isCrowded: boolean, sabotage: Fault["sabotage"]): Opened {
  const all = new HubMembers();
  if (isCrowded) all.crowd();
  const [ann, bob, cid] = [all.join("ann"), all.join("bob"), all.join("cid")];
  const reads = () => {
    // What is announced while a tick ends is sent in the next one.
    for (let ticks = 2; ticks > 0; ticks--) all.endTick();
    return { ann: ann.socket.received.splice(0), cid: cid.socket.received.splice(0) };
  };
  reads();
  sabotage(bob);
  return { all, ann, bob, cid, reads };
}

/** Gathers so many frames for each. */
function gather({ ann, bob, cid }: Opened, frames: number): void {
  for (const [name, { peer }] of Object.entries({ ann, bob, cid }))
    for (let left = frames; left > 0; left--) peer.send(`to ${name}`);
}

const times = <Each>(count: number, each: Each): readonly Each[] =>
  Array.from({ length: count }, () => each);

/** Without what tells that Bob has left, which must be there once. */
function withoutLeft(frames: readonly string[]): readonly string[] {
  expect(frames.filter((frame) => frame === "-bob")).toEqual(["-bob"]);
  return frames.filter((frame) => frame !== "-bob");
}

/** It was closed for it, the operator was told of it once, and all the others go on. */
function expectClosed({ all, bob, reads }: Opened): void {
  expect([bob.socket.end, bob.peer.ended, all.faults]).toEqual([
    endBy(closeReasons.fault),
    closeReasons.fault,
    [fault],
  ]);
  expect([all.hub.topic("room")!.members.get("bob"), all.node.peers.size]).toEqual([
    undefined,
    all.hub.topic("room")!.localCount,
  ]);
  reads();
  expect(all.relay("ann", "cid", "again")).toBe("sent");
  all.broadcast("ann", "to all", true);
  expect([reads(), all.faults]).toEqual([{ ann: ["to all"], cid: ["again", "to all"] }, [fault]]);
}

describe.each(table)(
  "a fault where $where, in a topic $kind,",
  ({ frames, sabotage, isCrowded }) => {
    test("at the end of a tick keeps nothing from those behind it", () => {
      const opened = open(isCrowded, sabotage);
      gather(opened, frames);
      const { ann, cid } = opened.reads();
      expect([withoutLeft(ann), withoutLeft(cid)]).toEqual([
        times(frames, "to ann"),
        times(frames, "to cid"),
      ]);
      expectClosed(opened);
    });

    test("by a push of more than is gathered is not the pusher's", () => {
      const opened = open(isCrowded, sabotage);
      const { all, reads } = opened;
      const part = "x".repeat(Math.ceil(gatherBytes / frames));
      const outcomes = times(frames, part).map((frame) => all.relay("ann", "bob", frame));
      expect(outcomes).toEqual([...times(frames, "sent" as const)]);
      expect(reads()).toEqual({ ann: ["-bob"], cid: ["-bob"] });
      expectClosed(opened);
    });

    test("by a close of the peer closes it for the fault", () => {
      const opened = open(isCrowded, sabotage);
      const { bob, reads } = opened;
      for (let left = frames; left > 0; left--) bob.peer.send("to bob");
      bob.peer.close(closeReasons.silent);
      expect(reads()).toEqual({ ann: ["-bob"], cid: ["-bob"] });
      expectClosed(opened);
    });

    test("by a broadcast keeps that from nobody", () => {
      const opened = open(isCrowded, sabotage);
      const { all, reads } = opened;
      gather(opened, frames);
      all.broadcast("ann", "to others");
      const { ann, cid } = reads();
      expect([withoutLeft(ann), withoutLeft(cid)]).toEqual([
        times(frames, "to ann"),
        [...times(frames, "to cid"), "to others"],
      ]);
      expectClosed(opened);
    });

    test("by a broadcast that is long keeps that from nobody", () => {
      const opened = open(isCrowded, sabotage);
      const { all, reads } = opened;
      gather(opened, frames);
      const long = "x".repeat(Math.max(gatherBytes, maxPublishedLength + 1));
      all.broadcast("ann", long);
      const { ann, cid } = reads();
      expect([withoutLeft(ann), withoutLeft(cid)]).toEqual([
        times(frames, "to ann"),
        [...times(frames, "to cid"), long],
      ]);
      expectClosed(opened);
    });
  },
);

describe.each(topics)("a fault at a drain, in a topic %s,", (_kind, isCrowded) => {
  test.each(faults.slice(0, 3))("where $where closes the peer", ({ frames, sabotage }) => {
    const opened = open(isCrowded, () => undefined);
    const { all, bob, reads } = opened;
    all.backUp("bob");
    for (let left = frames; left > 0; left--) bob.peer.send("to bob");
    sabotage(bob);
    expect(() => bob.socket.read()).not.toThrow();
    expect(reads()).toEqual({ ann: ["-bob"], cid: ["-bob"] });
    expect(bob.socket.received).not.toContain("to bob");
    expectClosed(opened);
  });
});

test("a fault whose peer cannot even be closed is told, and is nobody else's", () => {
  const second = new Error("another fault");
  const opened = open(false, ({ socket }) => {
    Object.assign(socket, {
      sendText: fail,
      close: () => {
        throw second;
      },
    });
  });
  gather(opened, 1);
  expect([opened.reads(), opened.all.faults]).toEqual([
    { ann: ["to ann"], cid: ["to cid"] },
    [fault, second],
  ]);
  expect(opened.all.relay("ann", "cid", "again")).toBe("sent");
  expect(opened.reads()).toEqual({ ann: [], cid: ["again"] });
});
