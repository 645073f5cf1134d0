import { describe, expect, test } from "bun:test";
import { Hub } from "../../src/core/hub.ts";
import { memberId, newNodeId, topicName } from "../../src/core/ids.ts";
import { maxWatches, watchSeconds } from "../../src/core/limits.ts";
import type { RemoteMember } from "../../src/core/topic.ts";
import { FakeNetwork } from "../support/fake-bus.ts";
import { FakeNode } from "../support/fake-node.ts";
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

describe("a topic that is watched", () => {
  test("is known with its members elsewhere, once they have been told of", async () => {
    const { network, near, far } = openTwo();
    far.join("bob");
    await network.settle();
    const waiting = near.hub.watch(room);
    const before = membersOf(near);
    network.deliver();
    await waiting;
    expect([before, membersOf(near), near.hub.watch(room)]).toEqual([[], ["bob"], undefined]);
  });

  test("is no topic with members here", async () => {
    const { network, near, far } = openTwo();
    far.join("bob");
    near.hub.watch(room);
    await network.settle();
    const whileWatched = [near.hub.size, [...near.hub.topics].length];
    near.join("ann");
    expect([whileWatched, near.hub.size, [...near.hub.topics].length]).toEqual([[0, 0], 1, 1]);
  });

  test("follows who joins and who leaves, and can be told something", async () => {
    const { network, near, far } = openTwo();
    near.hub.watch(room);
    far.join("bob");
    far.join("cid");
    far.leave("cid");
    await network.settle();
    near.hub.broadcast(near.hub.topic("room")!, "hello");
    const outcome = near.hub.relay(near.hub.topic("room")!, memberId("ann"), "bob", "hey");
    network.deliver();
    expect([membersOf(near), outcome, far.heard()["bob"]]).toEqual([
      ["bob"],
      "sent",
      ["+cid", "-cid", "hello", "hey"],
    ]);
  });

  test("is forgotten some seconds after it was last asked for", () => {
    const { network, near } = openTwo();
    near.hub.watch(room);
    near.sweep(watchSeconds - 1);
    near.hub.watch(room);
    near.sweep(watchSeconds - 1);
    const before = network.openTopics;
    near.sweep(2);
    expect([before, network.openTopics]).toEqual([1, 0]);
  });

  test("stays as long as somebody here is a member, or it is watched", () => {
    const { network, near } = openTwo();
    near.hub.watch(room);
    near.join("ann");
    near.sweep(watchSeconds + 1);
    const joined = network.openTopics;
    near.hub.watch(room);
    near.leave("ann");
    const left = network.openTopics;
    near.join("bob");
    near.leave("bob");
    expect([joined, left, network.openTopics]).toEqual([1, 0, 0]);
  });

  test("stays when the last member here has left while it is watched", () => {
    const { network, near } = openTwo();
    near.hub.watch(room);
    near.join("ann");
    near.leave("ann");
    const left = network.openTopics;
    near.sweep(watchSeconds + 1);
    expect([left, network.openTopics, near.hub.size]).toEqual([1, 0, 0]);
  });

  test("makes place for others, beyond a bound, by when it was last asked for", () => {
    const { network, near } = openTwo();
    near.hub.watch(room);
    for (let index = 1; index < maxWatches; index++) near.hub.watch(topicName(`${index}`)!);
    near.sweep(1);
    near.hub.watch(room);
    near.hub.watch(topicName("one more")!);
    const kept = ["room", "1", "2", "one more"].map((name) => near.hub.topic(name) !== undefined);
    expect([network.openTopics, kept]).toEqual([maxWatches, [true, false, true, true]]);
  });

  test("is not opened where there are no other nodes: nobody can be in it", () => {
    const alone = new HubMembers();
    expect([
      alone.hub.isAlone,
      alone.hub.watch(room),
      alone.hub.topic("room"),
      openTwo().near.hub.isAlone,
    ]).toEqual([true, undefined, undefined, false]);
  });

  test("is not opened under what is no name: nobody can be in it", () => {
    const { network, near } = openTwo();
    const waits = ["", "a".repeat(256), "\ud800"].map((text) => near.hub.watch(text));
    expect([waits, network.openTopics]).toEqual([[undefined, undefined, undefined], 0]);
  });
});

describe("a claim", () => {
  test("is granted at once where there are no other nodes", () => {
    const { hub } = new HubMembers();
    expect(hub.claim(room, "proof")).toEqual({ since: expect.any(Number) });
  });

  test("is granted to the first, to whoever shows the same proof, and after the holder has left", async () => {
    const { network, near, far } = openTwo();
    const claim = async ({ hub }: HubMembers, proof: string) => {
      const claimed = hub.claim(room, proof);
      await network.settle();
      return await claimed;
    };
    const since = { since: expect.any(Number) };
    const first = await claim(near, "a");
    near.join("ann");
    const others = [await claim(far, "b"), await claim(far, "a")];
    far.join("bob");
    const later = [await claim(near, "b")];
    far.leave("bob");
    later.push(await claim(near, "b"));
    expect([first, others, later]).toEqual([since, ["taken", since], ["taken", since]]);
  });
});

describe("an id that is held on two nodes", () => {
  const far = newNodeId();
  function open(rival?: (hub: Hub<string>) => () => void) {
    const fake = new FakeNode();
    const asked: (readonly [string, RemoteMember<string>])[] = [];
    const hub: Hub<string> = new Hub<string>(fake.node, "test", {
      joined: ({ id, info }) => `+${id}${info}`,
      left: ({ id }) => `-${id}`,
      ...(rival && {
        rival: (member, other) => {
          asked.push([member.info, other]);
          rival(hub)();
        },
      }),
    });
    const join = (id: string) => {
      const connected = fake.connect();
      const member = hub.join(connected.peer, room, { id: memberId(id), info: "here" });
      if (member === "full") throw new Error("full");
      return { ...connected, member };
    };
    return { fake, hub, asked, join };
  }

  test("stays with the member here, unless the protocol has it leave", () => {
    const { hub, join, asked } = open(() => () => undefined);
    join("ann");
    hub.remoteJoined(room, memberId("ann"), "there", far);
    hub.remoteLeft(room, memberId("ann"), far);
    expect([asked, [...hub.local(room)].map(({ info }) => info)]).toEqual([
      [["here", { id: memberId("ann"), info: "there", node: far }]],
      ["here"],
    ]);
  });

  test("goes to the other where the member here leaves, and is announced", () => {
    const { fake, hub, join } = open((own) => () => {
      for (const member of own.local(room))
        if (member.id === memberId("ann"))
          own.leave(own.topic("room")!.members.get("ann") as never);
    });
    join("ann");
    const { socket } = join("bob");
    hub.remoteJoined(room, memberId("ann"), "there", far);
    fake.endTick();
    expect([socket.received, hub.topic("room")?.members.get("ann")]).toEqual([
      ["-ann", "+annthere"],
      { id: memberId("ann"), info: "there", node: far },
    ]);
  });

  test("moves between other nodes in silence, and only its last node can take it away", () => {
    const { fake, hub, join } = open();
    const { socket } = join("bob");
    const farther = newNodeId();
    hub.remoteJoined(room, memberId("ann"), "1", far);
    hub.remoteJoined(room, memberId("ann"), "2", farther);
    hub.remoteUpdated(room, memberId("ann"), "3", far);
    hub.remoteLeft(room, memberId("ann"), far);
    const moved = hub.topic("room")?.members.get("ann");
    hub.remoteLeft(room, memberId("ann"), farther);
    fake.endTick();
    expect([moved, socket.received]).toEqual([
      { id: memberId("ann"), info: "2", node: farther },
      ["+ann1", "-ann"],
    ]);
  });
});

test("members that appear on other nodes are told to the protocol, once each", () => {
  const [far, farther] = [newNodeId(), newNodeId()];
  const fake = new FakeNode();
  const appeared: unknown[] = [];
  const hub = new Hub<string>(fake.node, "test", { appeared: ({ id }) => appeared.push(id) });
  hub.join(fake.connect().peer, room, { id: memberId("ann"), info: "" });
  hub.remoteJoined(room, memberId("bob"), "1", far);
  hub.remoteJoined(room, memberId("bob"), "2", farther);
  hub.remoteJoined(room, memberId("ann"), "", far);
  hub.remoteJoined(topicName("den")!, memberId("cid"), "", far);
  hub.remoteLeft(room, memberId("bob"), farther);
  hub.remoteJoined(room, memberId("bob"), "3", far);
  expect(appeared).toEqual(["bob", "bob"]);
});

test("a failed relay of one who is no member of the topic is told to the protocol", () => {
  const fake = new FakeNode();
  const told: unknown[] = [];
  const hub = new Hub<string>(fake.node, "test", {
    answered: (...failure) => told.push(failure),
  });
  hub.join(fake.connect().peer, room, { id: memberId("ann"), info: "" });
  hub.remoteAnswered(room, memberId("ann"), "m1", "dropped");
  hub.remoteAnswered(room, memberId("bob"), "m2", "absent");
  hub.remoteAnswered(topicName("den")!, memberId("bob"), "m3", "dropped");
  expect(told).toEqual([
    [memberId("bob"), "m2", "absent"],
    [memberId("bob"), "m3", "dropped"],
  ]);
});
