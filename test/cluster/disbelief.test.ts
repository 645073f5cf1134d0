// Whoever can publish in Redis can say anything in the name of any node. What cannot be is ignored; what can be and
// is not true harms nobody for long; and none of it grows memory without bound.

import { heapStats } from "bun:jsc";
import { describe, expect, test } from "bun:test";
import { lineOf } from "../../src/cluster/write-batch.ts";
import type { Receiver } from "../../src/core/bus.ts";
import { type NodeId, newNodeId, topicName } from "../../src/core/ids.ts";
import { batchOf, textOf } from "./batches.ts";
import { leaseMs } from "./fake-context.ts";
import { type Resident, type Station, World } from "./world.ts";

const stranger = newNodeId();
const channel = "test:{hub/t}";

const hello = (...ids: readonly string[]) =>
  `{"t":"hello","m":[${ids.map((id) => `{"id":"${id}","info":""}`).join()}]}`;

const inboxOf = ({ cluster }: Station) => `test:node:${cluster.node}`;

/** So many nodes that know each other, each with a member in the topic `t`. */
async function open(nodes = 1, isSharded = false) {
  const world = new World(isSharded, nodes);
  await world.moveAll();
  for (const station of [...world.stations]) {
    world.join(station, "t");
    await world.moveAll();
  }
  const say = async (where: string, text: string) => {
    world.redis.publish(where, text);
    await world.moveAll();
  };
  return {
    world,
    say,
    stations: world.stations as [Station, Station, ...Station[]],
    residents: world.residents as [Resident, Resident, ...Resident[]],
  };
}

const kinds = [
  ["one Redis", false],
  ["Redis Cluster", true],
] as const;

describe("a batch is ignored", () => {
  const head = (fields: Record<string, unknown>) =>
    JSON.stringify({ v: 2, n: stranger, e: 1, s: 1, b: [JSON.parse(hello("far"))], ...fields });

  test("unless nothing is wrong with it", async () => {
    const { world, say } = await open();
    await say(channel, head({}));
    expect([...world.residents[0]!.view]).toEqual(["m0", "far"]);
  });

  test.each([
    ["an empty name", { n: "" }],
    ["a name with a space", { n: "a b" }],
    ["a name with a line break", { n: "a\nb" }],
    ["a longer name than there are", { n: "n".repeat(65) }],
    ["a name that is no text", { n: ["x"] }],
    ["a version between two", { v: 1.5 }],
    ["a version below zero", { v: -1 }],
    ["a version above all", { v: 1e300 }],
    ["another version, and a name with a space", { v: 1, n: "a b" }],
    ["an epoch below zero", { e: -1 }],
    ["an epoch between two", { e: 1.5 }],
    ["an epoch that is no number", { e: "1" }],
    ["an epoch above all", { e: 2 ** 53 - 1 }],
    ["no number above zero", { s: 0 }],
    ["a number below zero", { s: -1 }],
    ["a number between two", { s: 1.5 }],
    ["a number above all", { s: 2 ** 53 - 1 }],
    ["a number far above all", { s: 1e300 }],
  ])("that has %s", async (_what, fields) => {
    const { world, say } = await open();
    await say(channel, head(fields));
    expect([[...world.residents[0]!.view], world.told.warnings]).toEqual([["m0"], []]);
  });

  test("that says it is of this node itself", async () => {
    const { world, say, stations } = await open();
    await say(channel, head({ n: stations[0].cluster.node }).replace('{"v":2,', '{"b":[],"v":2,'));
    expect([...world.residents[0]!.view]).toEqual(["m0"]);
  });

  test("that is longer than any node makes one", async () => {
    const { world, say } = await open();
    await say(channel, head({ more: "x".repeat(40_000_000) }));
    expect([...world.residents[0]!.view]).toEqual(["m0"]);
  });
});

const long = "x".repeat(2000);

test.each([
  ["an id that is empty", '{"t":"joined","id":"","info":""}'],
  ["a longer id than there are", `{"t":"joined","id":"${long}","info":""}`],
  ["one in a hello", `{"t":"hello","m":[{"id":"${long}","info":""}]}`],
  ["one in a state", `{"t":"state","c":"${channel}","at":9,"m":[{"id":"${long}","info":""}]}`],
  ["an answer to no number", `{"t":"state","c":"${channel}","at":9,"re":"1","m":[]}`],
  ["a number below zero", `{"t":"state","c":"${channel}","at":-1,"m":[]}`],
  ["a number above all", `{"t":"gone","c":"${channel}","at":1e300}`],
  ["a number between two", `{"t":"gone","c":"${channel}","at":2.5}`],
  ["a longer channel than there are", `{"t":"ask","c":"test:{hub/${long}}"}`],
  ["a channel of somebody else's", '{"t":"ask","c":"other:{hub/closed}"}'],
  ["a channel that is no topic's", '{"t":"ask","c":"test:{hub/closed}:more"}'],
  ["a number above all of a relay", `{"t":"got","c":"${channel}","s":${2 ** 53 - 1}}`],
  ["a number of a relay below zero", `{"t":"failed","c":"${channel}","s":1,"i":-1,"o":"absent"}`],
])("a part is ignored that has %s", async (_what, part) => {
  const { world, say, stations } = await open();
  await say(channel, batchOf(stranger, 1, 1, [hello("far")]));
  const said: string[] = [];
  const publish = world.redis.publish.bind(world.redis);
  stations[0].carrier.publish = (where, message) => {
    const text = textOf(message);
    said.push(text);
    return Promise.resolve(publish(where, text));
  };
  await say(inboxOf(stations[0]), batchOf(stranger, 1, 1, [part], true));
  await say(channel, batchOf(stranger, 1, 2, [part]));
  expect([said, world.told.faults, [...world.residents[0]!.view]]).toEqual([[], [], ["m0", "far"]]);
});

describe("a frame", () => {
  const json = (f: unknown, id = "m0") =>
    JSON.stringify({ t: "relay", c: channel, to: id, f }).replace('"f":null', '"f":1e400');

  /** What the member of a node gets, of parts and frames in its inbox. */
  async function relayed(parts: readonly string[], frames: string) {
    const { world, say, stations } = await open();
    await say(channel, batchOf(stranger, 1, 1, [hello("far")]));
    await say(inboxOf(stations[0]), lineOf(stranger, 1, 1, parts.join(), true) + frames);
    await world.settle();
    const [{ socket }] = world.residents as [Resident];
    return socket.received.filter((each) => !/^[+-]/.test(each));
  }

  test("is as many bytes as its part says, in the order of the parts, whatever they are", async () => {
    const frames = ["?é🐙", "?\n", "?lost", '?"\\', "?last"];
    const [one, two, , four, five] = frames.map((each) => json(Buffer.byteLength(each)));
    const later = '{"t":"later","f":5}';
    expect(await relayed([one!, two!, later, four!, five!], frames.join(""))).toEqual(
      frames.filter((each) => each !== "?lost"),
    );
  });

  test.each([
    ["no bytes", 0],
    ["fewer bytes than none", -1],
    ["a part of a byte", 1.5],
    ["more bytes than any", Number.POSITIVE_INFINITY],
    ["a text in place of their number", "?no"],
    ["an array of them", [1]],
  ])("of %s loses its part, and no other", async (_what, length) => {
    expect(await relayed([json(length), json(4)], "?yes")).toEqual(["?yes"]);
  });

  test("that is not all there loses its part, and those after it", async () => {
    expect(await relayed([json(4), json(100), json(4)], "?yes?no?no")).toEqual(["?yes"]);
  });
});

describe("what a receiver throws", () => {
  const boom = new Error("boom");

  /** One node with a topic of which some is told to a receiver that throws it back. */
  async function openThrowing() {
    const { world, stations, say } = await open();
    const heard: string[] = [];
    const take = (what: string) => {
      heard.push(what);
      if (what.includes("bad")) throw boom;
    };
    const receiver: Receiver = {
      local: () => [],
      remoteJoined: (_, id) => take(`joined ${id}`),
      remoteUpdated: (_, id) => take(`updated ${id}`),
      remoteLeft: (_, id) => take(`left ${id}`),
      remoteRelay: (_, to, frame) => {
        take(`relay ${to} ${frame}`);
        return "sent";
      },
      remoteBroadcast: (_, frame) => take(`broadcast ${frame}`),
    };
    const [{ cluster }] = stations;
    const link = cluster.link("throwing", receiver);
    link.open(topicName("t")!);
    await world.moveAll();
    return { world, say, heard, inbox: inboxOf(stations[0]) };
  }

  test("loses no other part or member, in that batch or another, and is told once", async () => {
    const { world, say, heard, inbox } = await openThrowing();
    const topic = "test:{throwing/t}";
    await say(
      topic,
      batchOf(stranger, 1, 1, [
        hello("a", "bad1", "b"),
        '{"t":"joined","id":"bad2"}',
        '{"t":"broadcast","f":"bad"}',
        '{"t":"broadcast","f":"good"}',
        '{"t":"left","id":"a"}',
      ]),
    );
    const relay = (to: string) => `{"t":"relay","c":"${topic}","to":"${to}","f":"x"}`;
    await say(inbox, batchOf(stranger, 1, 1, [relay("bad"), relay("b")], true));
    expect(heard).toEqual([
      ...["joined a", "joined bad1", "joined b", "joined bad2"],
      ...["broadcast bad", "broadcast good", "left a", "relay bad x", "relay b x"],
    ]);
    expect(world.told.faults).toEqual([boom]);
  });

  test("is told to the sender of a relay as dropped", async () => {
    const { world, say, inbox } = await openThrowing();
    const said: string[] = [];
    const publish = world.redis.publish.bind(world.redis);
    await say("test:{throwing/t}", batchOf(stranger, 1, 1, [hello()]));
    world.redis.publish = (where, text) => {
      said.push(text);
      return publish(where, text);
    };
    const relay = '{"t":"relay","c":"test:{throwing/t}","to":"bad","f":"x"}';
    await say(inbox, batchOf(stranger, 1, 1, [relay], true));
    expect(said.join()).toContain(`{"t":"failed","c":"${inbox}","s":1,"i":0,"o":"dropped"}`);
  });
});

describe.each(kinds)("a number that is forged, with %s", (_kind, isSharded) => {
  /** Batches in the name of `far`, so far ahead that what it says itself comes before them. */
  async function forge(ahead: (far: Station) => number) {
    const opened = await open(2, isSharded);
    const { world, stations, residents } = opened;
    const [near, far] = stations;
    world.relay(residents[1], residents[0].id);
    await world.moveAll();
    const serial = ahead(far);
    const inbox = isSharded ? `${channel}:${near.cluster.node}` : inboxOf(near);
    await opened.say(channel, batchOf(far.cluster.node, 1, serial, []));
    await opened.say(inbox, batchOf(far.cluster.node, 1, serial, []));
    return opened;
  }

  test.each([
    ["by little", 1000],
    ["by much", 2 ** 47],
    ["by more than there are numbers", 2 ** 53 - 1],
  ])("%s silences a node for a moment, not for ever", async (_how, serial) => {
    const { world, stations, residents } = await forge(() => serial);
    const [near] = stations;
    for (let left = leaseMs; left > 0; left -= 100) {
      await world.advance(100);
      await world.moveAll();
    }
    world.join(stations[1], "t");
    world.relay(residents[1], residents[0].id);
    for (let left = leaseMs; left > 0; left -= 100) {
      await world.advance(100);
      await world.moveAll();
    }
    const relayed = residents[0].socket.received.filter((frame) => frame.startsWith(">"));
    world.relay(residents[1], residents[0].id);
    await world.moveAll();
    const now = residents[0].socket.received.filter((frame) => frame.startsWith(">"));
    expect([now.length - relayed.length, near.hub.topic("t")?.members.size]).toEqual([1, 3]);
    world.check();
  });
});

describe.each(kinds)("members that a node is said to have, with %s", (_kind, isSharded) => {
  const ghosts = hello("ghost");

  test.each([
    ["though it says nothing", "t"],
    ["though it has not opened the topic", "u"],
  ])("and has not are gone soon, %s", async (_how, name) => {
    const { world, stations, say } = await open(2, isSharded);
    const [near, far] = stations;
    if (name === "u") world.join(near, name);
    await world.moveAll();
    await say(`test:{hub/${name}}`, batchOf(far.cluster.node, 1, 2 ** 47, [ghosts]));
    for (let left = leaseMs; left > 0; left -= 100) {
      await world.advance(100);
      await world.moveAll();
    }
    const { received } = world.residents.find(
      ({ topic, station }) => topic === name && station === near,
    )!.socket;
    expect(received.filter((frame) => frame.includes("ghost"))).toEqual(["+ghost", "-ghost"]);
    world.check();
  });
});

describe("what is said in the names of nodes that do not exist", () => {
  /** How many tables there are: each node that is known, and each stream, has some. */
  function tables(): number {
    Bun.gc(true);
    const { Map: maps = 0, Set: sets = 0 } = heapStats().objectTypeCounts;
    return maps + sets;
  }

  test.each(kinds)("is forgotten soon, and bounded until then: %s", async (_kind, isSharded) => {
    const { world, stations } = await open(1, isSharded);
    const [near] = stations;
    const inbox = isSharded ? `${channel}:${near.cluster.node}` : inboxOf(near);
    const names = Array.from({ length: 5000 }, newNodeId);
    const before = tables();
    for (const name of names) {
      world.redis.publish(channel, batchOf(name, 1, 1, [hello("far")]));
      world.redis.publish(inbox, batchOf(name, 1, 1, [`{"t":"ask","c":"${channel}"}`]));
    }
    await world.moveAll();
    const during = tables() - before;
    for (let left = leaseMs * 2; left > 0; left -= 100) {
      await world.advance(100);
      await world.moveAll();
    }
    expect([during < 5 * 1100, tables() - before < 100, [...near.cluster.others]]).toEqual([
      true,
      true,
      [],
    ]);
    expect([...world.residents[0]!.view]).toEqual(["m0"]);
  });

  test("does not take the place of a node that exists", async () => {
    const { world, stations } = await open(2);
    const [near, far] = stations;
    for (let left = leaseMs * 2; left > 0; left -= 100) {
      // More than are known at a time.
      for (let count = 1200; count > 0; count--)
        world.redis.publish(channel, batchOf(newNodeId(), 1, 1, ['{"t":"bye"}']));
      await world.advance(100);
      await world.moveAll();
    }
    expect([...near.cluster.others]).toEqual([far.cluster.node]);
    world.check();
  });
});

test("nothing is kept of topics that are not open, whoever asks for them", async () => {
  const { world, stations, say } = await open(2, true);
  const [near, far] = stations;
  const { redis } = world;
  const firsts: boolean[] = [];
  // Where the other node's own inbox is away, it is answered by those of the topics.
  near.carrier.cut([redis.placeOf(inboxOf(far))]);
  const topic = ["a", "b", "c", "d", "e", "f"]
    .map((name) => `test:{hub/${name}}`)
    .find((name) => redis.placeOf(name) !== redis.placeOf(inboxOf(far)))!;
  const publish = redis.publish.bind(redis);
  redis.publish = (where, text) => {
    if (where.startsWith(`${topic}:`)) firsts.push(text.includes('"f":1'));
    return publish(where, text);
  };
  for (let times = 1; times <= 3; times++)
    await say(
      `${channel}:${near.cluster.node}`,
      batchOf(far.cluster.node, 1, 1000 + times, [`{"t":"ask","c":"${topic}"}`]),
    );
  expect(firsts).toEqual([true, true, true]);
});

test.each(kinds)(
  "asks in the name of another node are answered a few times in a step: %s",
  async (_kind, isSharded) => {
    const { world, stations } = await open(2, isSharded);
    const [near, far] = stations;
    const { redis } = world;
    const publish = redis.publish.bind(redis);
    let states = 0;
    redis.publish = (where, text) => {
      states += text.split('"t":"state"').length - 1;
      return publish(where, text);
    };
    const inbox = isSharded ? `${channel}:${near.cluster.node}` : inboxOf(near);
    const answers: number[] = [];
    for (let step = 0; step < 3; step++) {
      for (let times = 1; times <= 500; times++)
        redis.publish(
          inbox,
          batchOf(far.cluster.node, 1, 1000 * (step + 1) + times, [`{"t":"ask","c":"${channel}"}`]),
        );
      await world.moveAll();
      answers.push(states);
      states = 0;
      await world.advance(100);
    }
    expect(answers.map((count) => count <= 5)).toEqual([true, true, true]);
  },
);

test("members of other nodes that do not fit are ignored, and there is room again when they have left", async () => {
  const { world, say } = await open();
  const info = JSON.stringify("x".repeat(60_000));
  const joined = (id: string) => `{"t":"joined","id":"${id}","info":${info}}`;
  const count = () => world.residents[0]!.member.topic.members.size;
  await say(channel, batchOf(stranger, 1, 1, [hello()]));
  let serial = 2;
  for (; serial < 6000; serial++)
    world.redis.publish(channel, batchOf(stranger, 1, serial, [joined(`x${serial}`)]));
  await world.moveAll();
  const full = count();
  await say(channel, batchOf(stranger, 1, serial++, [hello("few")]));
  await say(channel, batchOf(stranger, 1, serial++, [joined("again")]));
  expect([full > 3000 && full < 5000, count()]).toEqual([true, 3]);
  expect(world.told.warnings).toHaveLength(1);
}, 60_000);

test("what is kept out of a batch does not keep the batch", async () => {
  const { world, say, stations } = await open(2);
  const [near] = stations;
  const filler = "x".repeat(200_000);
  const rss = () => {
    Bun.gc(true);
    return process.memoryUsage.rss();
  };
  const nodes: NodeId[] = [];
  const before = rss();
  for (let index = 0; index < 1000; index++) {
    const node = newNodeId();
    nodes.push(node);
    // As it comes from a socket: in one piece.
    const text = (serial: number, parts: readonly string[]) =>
      Buffer.from(batchOf(node, 1, serial, parts)).toString();
    const member = `{"id":"member-of-${node}","info":"${`info of ${node} `.repeat(3)}"}`;
    const more = `{"t":"more","x":"${filler}"}`;
    await say(channel, text(1, [more, `{"t":"hello","m":[${member}]}`]));
    await say(inboxOf(near), text(1, [more, `{"t":"ask","c":"${channel}"}`]));
  }
  const kept = rss() - before;
  expect(world.residents[0]!.member.topic.members.size).toBe(1002);
  // Each batch that was kept would be 200 kB.
  expect(kept / 2 ** 20).toBeLessThan(60);
}, 60_000);
