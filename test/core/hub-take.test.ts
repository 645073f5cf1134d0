// Members that take the frames of their topic themselves.

import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import type { Bus } from "../../src/core/bus.ts";
import { Hub } from "../../src/core/hub.ts";
import { memberId, topicName } from "../../src/core/ids.ts";
import { channelFrom } from "../../src/core/limits.ts";
import type { Joining } from "../../src/core/member.ts";
import type { FailedOutcome } from "../../src/core/outcome.ts";
import { FakeNetwork } from "../support/fake-bus.ts";
import { FakeNode } from "../support/fake-node.ts";

const room = topicName("room")!;

class Taking extends FakeNode {
  readonly hub: Hub<null>;

  constructor(bus?: Bus) {
    super({ maxQueuedFrames: 1 }, bus);
    this.hub = new Hub<null>(this.node, "test", {
      info: v.null(),
      joined: ({ id }) => `+${id}`,
      snapshot: ({ topic }) => `=${[...topic.members.keys()].join()}`,
    });
  }

  join(id: string, take?: Joining<null>["take"]) {
    const connected = this.connect();
    const joining = { id: memberId(id), info: null, ...(take && { take }) };
    const member = this.hub.join(connected.peer, room, joining);
    if (typeof member === "string") throw new Error(member);
    const failed: (readonly [string, FailedOutcome])[] = [];
    connected.peer.conversation = { failed: (reference, why) => failed.push([reference, why]) };
    const read = (): readonly string[] => {
      this.endTick();
      return connected.socket.received.splice(0);
    };
    return { ...connected, member, failed, read };
  }
}

describe("a member that takes frames itself", () => {
  test("sees relays, broadcasts and what is announced, and its peer gets what it sends", () => {
    const node = new Taking();
    const taken: string[] = [];
    const ann = node.join("ann", (frame, { peer }) => {
      taken.push(frame);
      return peer.send(frame.toUpperCase());
    });
    const bob = node.join("bob");
    const outcome = node.hub.relay(bob.peer, bob.member.topic, "ann", "one");
    node.hub.broadcast(bob.peer, bob.member.topic, "all", bob.member);
    expect([outcome, taken, ann.read()]).toEqual([
      "sent",
      ["+bob", "one", "all"],
      ["+BOB", "ONE", "ALL"],
    ]);
  });

  test("says what became of a relay, from another node too", async () => {
    const network = new FakeNetwork();
    const [near, far] = [0, 1].map(() => new Taking(network.bus())) as [Taking, Taking];
    const ann = near.join("ann", () => "dropped");
    const bob = near.join("bob");
    const cid = far.join("cid");
    await network.settle();
    for (const { peer, member } of [bob, cid]) {
      const hub = member === cid.member ? far.hub : near.hub;
      hub.relay(peer, member.topic, "ann", "one", "the first");
    }
    await network.settle();
    expect([ann.read(), bob.failed, cid.failed]).toEqual([
      [],
      [["the first", "dropped"]],
      [["the first", "dropped"]],
    ]);
  });

  test("that misses what is announced is asked for the rest, and gets a snapshot", () => {
    const node = new Taking();
    const seen: (readonly [string, boolean])[] = [];
    const ann = node.join("ann", (frame, member) => {
      seen.push([frame, member.missed]);
      return member.missed ? "dropped" : member.peer.send(frame);
    });
    ann.socket.stall();
    for (const id of ["bob", "cid", "dan"]) {
      node.join(id);
      node.endTick();
    }
    const { topic } = ann.member;
    node.hub.relay(ann.peer, topic, "ann", "one");
    ann.socket.read();
    expect([seen, ann.read()]).toEqual([
      [
        ["+bob", false],
        ["+cid", false],
        ["+dan", false],
        ["one", true],
      ],
      ["+bob", "+cid", "=ann,bob,cid,dan"],
    ]);
  });

  test("is never on the native channel", () => {
    const node = new Taking();
    const ann = node.join("ann", (frame, { peer }) => peer.send(frame));
    for (let index = 0; index < channelFrom; index++) node.join(`~${index}`);
    ann.read();
    node.hub.broadcast(ann.peer, ann.member.topic, "all");
    expect([ann.member.isOnChannel, ann.read()]).toEqual([false, ["all"]]);
  });
});
