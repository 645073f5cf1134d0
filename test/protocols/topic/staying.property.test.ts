// Away peers and their coming back, against an oracle: within the bounds no frame is lost, doubled or out of order, and
// nobody is announced who came back. Beyond the bounds the client is told, and sees who is there.

import { expect, test } from "bun:test";
import fc from "fast-check";
import { topic } from "../../../src/protocols/topic/routes.ts";
import { FakeServer } from "../../support/fake-server.ts";
import { type Heard, StayingClient } from "./staying-client.ts";

const resumeSeconds = 5;
const clients = 4;

const who = fc.nat(clients - 1);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("signal" as const), who, to: who }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("lose" as const), who }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("resume" as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("leave" as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("deafen" as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("read" as const), who }) },
);

/** One client, and what it must have heard. */
class Witness {
  readonly client: StayingClient;
  /** Numbers of the signals that were sent to it, in order. */
  due: string[] = [];
  heard: string[] = [];
  /** Whether it was told that it has missed something. */
  hasMissed = false;
  isConnected = true;
  awaySince = 0;
  /** Who is there, as it was told. */
  view = new Set<string>();
  /** Ids of whom it was told that they left. */
  readonly left: string[] = [];

  constructor(server: FakeServer) {
    this.client = new StayingClient(server, { take: (frame) => this.take(frame) });
  }

  take(frame: Heard): void {
    switch (frame.type) {
      case "welcome":
        if (frame["missed"] === true) this.hasMissed = true;
        if (frame["resumed"] === true) return;
        this.view = new Set();
        this.due = [];
        this.heard = [];
        this.hasMissed = false;
        return;
      case "peer-list":
        this.view = new Set((frame["peers"] as { id: string }[]).map(({ id }) => id));
        return;
      case "peer-joined":
        this.view.add(String(frame["peerId"]));
        return;
      case "peer-left":
        this.view.delete(String(frame["peerId"]));
        this.left.push(String(frame["peerId"]));
        return;
      case "offer":
        this.heard.push(String(frame["msgId"]));
        return;
      default:
        // Only the oracle of the bounds drops anything; a sender hears of it.
        if (frame["code"] === "dropped") lost.add(String(frame["msgId"]));
    }
  }
}

let lost = new Set<string>();

function play(
  steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[],
): void {
  lost = new Set();
  const server = new FakeServer([topic], { resumeSeconds, maxQueuedFrames: 6 });
  const all = Array.from({ length: clients }, () => new Witness(server));
  const gone = new Set<string>();
  const read = (): void => {
    for (const { client } of all) client.read();
  };
  /** Those who were away for too long have left. */
  const wait = (seconds: number): void => {
    server.sweep(seconds);
    for (const each of all) {
      const isOver = server.node.clock.seconds - each.awaySince >= resumeSeconds;
      if (!each.isConnected && isOver) gone.add(each.client.id);
    }
  };
  const resume = (each: Witness): void => {
    each.client.resume();
    each.client.read();
    each.isConnected = true;
  };
  let signals = 0;
  for (const { do: what, who: index, ...more } of steps) {
    const each = all[index]!;
    const { client } = each;
    if (what === "signal" && each.isConnected) {
      const to = all["to" in more ? more.to : 0]!;
      const msgId = `${signals++}`;
      if (!gone.has(to.client.id)) to.due.push(msgId);
      client.send({ type: "offer", to: to.client.id, msgId });
    } else if (what === "lose" && each.isConnected) {
      client.cut();
      each.isConnected = false;
      each.awaySince = server.node.clock.seconds;
    } else if (what === "leave" && each.isConnected) {
      client.cut(1000);
      each.isConnected = false;
      gone.add(client.id);
    } else if (what === "resume") resume(each);
    else if (what === "deafen" && each.isConnected) client.deafen();
    else if (what === "wait") wait(2);
    else if (what === "read") read();
  }
  read();
  for (const each of all) resume(each);
  read();
  for (const each of all) {
    const due = each.due.filter((msgId) => !lost.has(msgId));
    if (each.hasMissed)
      expect(due.filter((msgId) => each.heard.includes(msgId))).toEqual(each.heard);
    else expect(each.heard).toEqual(due);
    const others = all.filter((other) => other !== each).map(({ client }) => client.id);
    expect([...each.view].toSorted()).toEqual(others.toSorted());
    for (const id of each.left) expect(gone.has(id)).toBe(true);
    expect(new Set(each.left).size).toBe(each.left.length);
  }
  expect(server.faults).toEqual([]);
}

test("away peers and their coming back agree with an oracle", () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), play), { numRuns: 150 });
});
