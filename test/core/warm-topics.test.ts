import { describe, expect, test } from "bun:test";
import { topicName } from "../../src/core/ids.ts";
import { maxWarmTopics, warmSeconds } from "../../src/core/limits.ts";
import { FakeNetwork } from "../support/fake-bus.ts";
import { HubMembers } from "./hub-members.ts";

const room = topicName("room")!;

function openTwo() {
  const network = new FakeNetwork();
  const [near, far] = [0, 1].map(() => new HubMembers({}, network.bus())) as [
    HubMembers,
    HubMembers,
  ];
  return { network, near, far };
}

const membersOf = ({ hub }: HubMembers) => [...(hub.topic("room")?.members.keys() ?? [])];

describe("a warm topic", () => {
  test("is known with its members elsewhere, once they have been told of", async () => {
    const { network, near, far } = openTwo();
    far.join("bob");
    await network.settle();
    const waiting = near.hub.warm(room);
    const before = membersOf(near);
    network.deliver();
    await waiting;
    expect([before, membersOf(near), near.hub.warm(room)]).toEqual([[], ["bob"], undefined]);
  });

  test("is no topic with members here", async () => {
    const { network, near, far } = openTwo();
    far.join("bob");
    near.hub.warm(room);
    await network.settle();
    const whileWarm = [near.hub.size, [...near.hub.topics].length];
    near.join("ann");
    expect([whileWarm, near.hub.size, [...near.hub.topics].length]).toEqual([[0, 0], 1, 1]);
  });

  test("follows who joins and who leaves, and can be told something", async () => {
    const { network, near, far } = openTwo();
    near.hub.warm(room);
    far.join("bob");
    far.join("cid");
    far.leave("cid");
    await network.settle();
    near.hub.broadcast(near.connect().peer, near.hub.topic("room")!, "hello");
    const outcome = near.hub.relay(near.connect().peer, near.hub.topic("room"), "bob", "hey");
    network.deliver();
    expect([membersOf(near), outcome, far.heard()["bob"]]).toEqual([
      ["bob"],
      "sent",
      ["+cid", "-cid", "hello", "hey"],
    ]);
  });

  test("is forgotten some seconds after it was last asked for", () => {
    const { network, near } = openTwo();
    near.hub.warm(room);
    near.sweep(warmSeconds - 1);
    near.hub.warm(room);
    near.sweep(warmSeconds - 1);
    const before = network.openTopics;
    near.sweep(2);
    expect([before, network.openTopics]).toEqual([1, 0]);
  });

  test("stays as long as somebody here is a member, or it is warm", () => {
    const { network, near } = openTwo();
    near.hub.warm(room);
    near.join("ann");
    near.sweep(warmSeconds + 1);
    const joined = network.openTopics;
    near.hub.warm(room);
    near.leave("ann");
    const left = network.openTopics;
    near.join("bob");
    near.leave("bob");
    expect([joined, left, network.openTopics]).toEqual([1, 0, 0]);
  });

  test("stays when the last member here has left while it is warm", () => {
    const { network, near } = openTwo();
    near.hub.warm(room);
    near.join("ann");
    near.leave("ann");
    const left = network.openTopics;
    near.sweep(warmSeconds + 1);
    expect([left, network.openTopics, near.hub.size]).toEqual([1, 0, 0]);
  });

  test("makes place for others, beyond a bound, by when it was last asked for", () => {
    const { network, near } = openTwo();
    near.hub.warm(room);
    for (let index = 1; index < maxWarmTopics; index++) near.hub.warm(topicName(`${index}`)!);
    near.sweep(1);
    near.hub.warm(room);
    near.hub.warm(topicName("one more")!);
    const kept = ["room", "1", "2", "one more"].map((name) => near.hub.topic(name) !== undefined);
    expect([network.openTopics, kept]).toEqual([maxWarmTopics, [true, false, true, true]]);
  });

  test("is not opened where there are no other nodes: nobody can be in it", () => {
    const alone = new HubMembers();
    expect([
      alone.hub.isAlone,
      alone.hub.warm(room),
      alone.hub.topic("room"),
      openTwo().near.hub.isAlone,
    ]).toEqual([true, undefined, undefined, false]);
  });

  test("is not opened under what is no name: nobody can be in it", () => {
    const { network, near } = openTwo();
    const waits = ["", "a".repeat(256), "\ud800"].map((text) => near.hub.warm(text));
    expect([waits, network.openTopics]).toEqual([[undefined, undefined, undefined], 0]);
  });
});
