import { heapStats } from "bun:jsc";
import { describe, expect, test } from "bun:test";
import { string } from "valibot";
import { Hub } from "../../src/core/hub.ts";
import { memberId, newNodeId, topicName } from "../../src/core/ids.ts";
import { batchOf } from "./batches.ts";
import { leaseMs } from "./fake-context.ts";
import { type Resident, type Station, World } from "./world.ts";

const room = topicName("room")!;

/** So many nodes that have reached each other. */
async function open(nodes: number, isSharded = false) {
  const world = new World(isSharded, nodes);
  await world.moveAll();
  return { world, stations: world.stations as [Station, Station, ...Station[]] };
}

const membersOf = ({ hub }: Station, topic = "room") => [
  ...(hub.topic(topic)?.members.keys() ?? []),
];

describe("a topic that is watched", () => {
  test("is known once the others have answered", async () => {
    const { world, stations } = await open(2);
    const [near, far] = stations;
    world.join(far, "room");
    await world.moveAll();
    let isKnown = false;
    const waiting = near.hub.warm("room")?.then(() => {
      isKnown = true;
    });
    await world.settle();
    const before = isKnown;
    await world.moveAll();
    await waiting;
    expect([before, membersOf(near), near.hub.warm("room")]).toEqual([false, ["m0"], undefined]);
  });

  test("is known at once where nobody else has it open", async () => {
    const { world, stations } = await open(2);
    const waiting = stations[0].hub.warm("room");
    await world.moveAll();
    expect(await waiting).toBeUndefined();
  });

  test("is known at once while Redis is away", async () => {
    const { stations } = await open(2);
    stations[0].carrier.cut();
    expect(stations[0].hub.warm("room")).toBeUndefined();
  });

  test("is known after a while where somebody does not answer", async () => {
    const { world, stations } = await open(2);
    const [near, far] = stations;
    far.hub.warm("room");
    await world.moveAll();
    far.isPaused = true;
    const waiting = near.hub.warm("room");
    await world.moveAll();
    await world.advance(1000);
    await waiting;
    expect(membersOf(near)).toEqual([]);
  });
});

describe("a claim", () => {
  async function claim(world: World, { hub }: Station, proof: string) {
    const claimed = hub.claim(room, proof);
    await world.moveAll();
    return await claimed;
  }
  const granted = { since: expect.any(Number) };

  test("is granted to one node, and to whoever shows the same proof, later", async () => {
    const { world, stations } = await open(2);
    const [near, far] = stations;
    const first = await claim(world, near, "a");
    world.join(near, "room");
    const others = [await claim(world, far, "b"), await claim(world, far, "a")];
    const [, later] = others;
    expect([first, others]).toEqual([granted, ["taken", granted]]);
    if (first === "taken" || later === "taken" || later === undefined) throw new Error("taken");
    expect(later.since).toBeGreaterThan(first.since);
  });

  test("ends when the last of the topic leaves, but not if another takes the place at once", async () => {
    const { world, stations } = await open(2);
    const [near, far] = stations;
    await claim(world, near, "a");
    world.join(near, "room");
    world.leave(world.residents[0]!);
    world.join(near, "room");
    const whileUsed = await claim(world, far, "b");
    world.leave(world.residents[0]!);
    await world.moveAll();
    expect([whileUsed, await claim(world, far, "b")]).toEqual(["taken", granted]);
  });

  test("ends when nobody joins", async () => {
    const { world, stations } = await open(2);
    const [near, far] = stations;
    await claim(world, near, "a");
    const before = await claim(world, far, "b");
    for (let left = 30; left > 0; left--) {
      await world.advance(1000);
      await world.moveAll();
    }
    expect([before, await claim(world, far, "b")]).toEqual(["taken", granted]);
  });

  test("is void when its node is gone", async () => {
    const { world, stations } = await open(2);
    const [near, far] = stations;
    await claim(world, near, "a");
    world.join(near, "room");
    world.crash(near);
    const before = await claim(world, far, "b");
    for (let left = leaseMs; left > 0; left -= 500) {
      await world.advance(500);
      await world.moveAll();
    }
    expect([before, await claim(world, far, "b")]).toEqual(["taken", granted]);
  });

  test("is granted here while Redis is away, or does not answer, or takes no keys", async () => {
    const { world, stations } = await open(3);
    const [away, silent, full] = stations as unknown as [Station, Station, Station];
    away.carrier.cut();
    const alone = await claim(world, away, "a");
    const unanswered = silent.hub.claim(room, "b");
    await world.settle();
    silent.carrier.cut();
    const given = await unanswered;
    world.redis.isFull = true;
    expect([alone, given, await claim(world, full, "c")]).toEqual([granted, granted, granted]);
  });

  /** What is done while the first of two nodes, which has claimed, does not reach Redis; and much later. */
  async function whileAway(run: (world: World, near: Station) => Promise<void>) {
    const { world, stations } = await open(2);
    const [near, far] = stations;
    await claim(world, near, "a");
    world.join(near, "room");
    await world.moveAll();
    near.carrier.cut();
    world.leave(world.residents[0]!);
    await world.settle();
    await run(world, near);
    near.carrier.connect();
    for (let left = 200; left > 0; left--) {
      await world.moveAll();
      await world.advance(100);
    }
    return { world, near, far };
  }

  test("that ends while Redis is away ends there when it is back", async () => {
    const { world, far } = await whileAway(() => Promise.resolve());
    expect(await claim(world, far, "b")).toEqual(granted);
  });

  test("that another takes up on the same node while Redis is away holds when it is back", async () => {
    const { world, near, far } = await whileAway(async (away, station) => {
      await claim(away, station, "c");
      away.join(station, "room");
    });
    const whileUsed = [await claim(world, far, "a"), await claim(world, near, "a")];
    world.leave(world.residents[0]!);
    await world.moveAll();
    expect([whileUsed, await claim(world, far, "a")]).toEqual([["taken", "taken"], granted]);
  });

  test("that ended while Redis was away is in nobody's way on the same node when it is back", async () => {
    const { world, stations } = await open(2);
    const [near, far] = stations;
    await claim(world, near, "a");
    world.join(near, "room");
    near.carrier.cut();
    world.leave(world.residents[0]!);
    await world.settle();
    near.carrier.connect();
    await world.moveAll();
    const again = await claim(world, near, "b");
    world.join(near, "room");
    await world.advance(1000);
    await world.moveAll();
    expect([again, await claim(world, far, "c")]).toEqual([granted, "taken"]);
  });

  test("is told to Redis when that is back with nothing", async () => {
    const { world, stations } = await open(2);
    const [near, far] = stations;
    await claim(world, near, "a");
    world.join(near, "room");
    world.redis.restart();
    for (const { carrier } of stations) carrier.connect();
    for (let left = 100; left > 0; left--) {
      await world.moveAll();
      await world.advance(100);
    }
    await world.moveAll();
    expect(await claim(world, far, "b")).toBe("taken");
  });
});

describe("a relay", () => {
  test("whose failure is lost on the way is reported when the next answer comes", async () => {
    const { world, stations } = await open(2);
    const [near, far] = stations;
    world.join(near, "t");
    world.join(far, "t");
    world.join(far, "t");
    await world.moveAll();
    const [ann, bob, cid] = world.residents;
    world.leave(bob!);
    world.relay(ann!, bob!.id);
    // The relay arrives, and finds nobody; the answer does not.
    await world.moveFrom(near, far);
    far.carrier.cut();
    far.carrier.connect();
    await world.moveAll();
    world.relay(ann!, cid!.id);
    await world.moveAll();
    await world.advance(100);
    await world.moveAll();
    world.check();
  });

  test("that reaches a node late, which stood still, is refused: its sender was told", async () => {
    const { world, stations } = await open(2);
    for (const station of stations) world.join(station, "t");
    await world.moveAll();
    const [ann, bob] = world.residents;
    bob!.station.isPaused = true;
    world.relay(ann!, bob!.id);
    for (let left = 2 * leaseMs; left > 0; left -= 100) {
      await world.moveAll();
      await world.advance(100);
    }
    bob!.station.isPaused = false;
    // Its clock goes on before it hears what waits for it.
    await world.advance(100);
    await world.recover();
    world.relay(ann!, bob!.id);
    await world.moveAll();
    expect(bob!.socket.received.filter((frame) => frame.startsWith(">"))).toEqual([">m0 1"]);
    world.check();
  });

  test("is not given up when its node speaks on another topic's inbox for the first time", async () => {
    const { world, stations } = await open(2, true);
    const [near, far] = stations;
    for (const station of [near, far]) world.join(station, "t");
    // So that the numbers of its next channels do not begin at one.
    for (let times = 3; times > 0; times--) {
      world.join(far, "passing");
      await world.moveAll();
      world.leave(world.residents.at(-1)!);
      await world.moveAll();
    }
    world.join(far, "u");
    await world.moveAll();
    const [ann, bob] = world.residents;
    const reported: string[] = [];
    ann!.member.peer.conversation = { failed: (reference) => reported.push(reference) };
    far.isPaused = true;
    world.relay(ann!, bob!.id);
    await world.settle();
    far.isPaused = false;
    world.join(near, "u");
    await world.moveAll();
    expect([reported, membersOf(near, "u").length]).toEqual([[], 2]);
  });

  test("to a node that cannot be reached is dropped at once", async () => {
    const { world, stations } = await open(2);
    const [near, far] = stations;
    world.join(near, "t");
    world.join(far, "t");
    await world.moveAll();
    const [ann, bob] = world.residents;
    near.carrier.cut();
    const outcome = near.hub.relay(ann!.member.peer, ann!.member.topic, bob!.id, ">frame");
    expect([outcome, near.cluster.isReachable, far.cluster.isReachable]).toEqual([
      "dropped",
      false,
      true,
    ]);
  });
});

test("a node that is alone in a topic publishes nothing of it", async () => {
  const { world, stations } = await open(2);
  const published: string[] = [];
  const { redis } = world;
  const publish = redis.publish.bind(redis);
  redis.publish = (channel, text) => {
    published.push(channel);
    return publish(channel, text);
  };
  world.join(stations[0], "t");
  await world.moveAll();
  world.join(stations[0], "t");
  world.broadcast(world.residents[0]!);
  world.leave(world.residents[1]!);
  await world.moveAll();
  expect(published).toEqual([]);
});

describe("a node that is not alone in a topic tells the others of it", () => {
  test("though one that has not got its hello says good-bye", async () => {
    const { world, stations } = await open(3);
    const [near, slow, short] = stations as unknown as [Station, Station, Station];
    world.join(slow, "t");
    await world.moveAll();
    slow.isPaused = true;
    world.join(near, "t");
    await world.moveAll();
    world.join(short, "t");
    await world.moveAll();
    world.leave(world.residents.at(-1)!);
    await world.moveAll();
    world.join(near, "t");
    await world.moveAll();
    slow.isPaused = false;
    await world.moveAll();
    world.check();
  });

  test("and greets them once it hears them, not before", async () => {
    const { world, stations } = await open(2);
    const [near, far] = stations;
    world.join(far, "t");
    await world.moveAll();
    far.isPaused = true;
    near.carrier.cut();
    near.carrier.connect();
    world.join(near, "t");
    // The lease is there again before the channel is subscribed.
    const subscribing = near.carrier.lanes.get("asked ")!.splice(0);
    await world.moveAll();
    near.carrier.lanes.get("asked ")!.push(...subscribing);
    world.leave(world.residents.at(-1)!);
    await world.moveAll();
    far.isPaused = false;
    await world.moveAll();
    world.check();
  });
});

test("a topic whose only member makes room for a greeting rival is closed, and the rival's node knows", async () => {
  const { world, stations } = await open(2);
  const [near, far] = stations;
  const [yielding, staying] = [near, far].map(({ fake }) => {
    const hub: Hub<string> = new Hub(fake.node, "single", {
      info: string(),
      rival: (member) => hub === yielding && hub.leave(member),
    });
    return hub;
  }) as [Hub<string>, Hub<string>];
  const joining = { id: memberId("same"), info: "" };
  far.carrier.cut();
  yielding.join(near.fake.connect().peer, room, joining);
  const member = staying.join(far.fake.connect().peer, room, joining);
  if (typeof member === "string") throw new Error(member);
  await world.moveAll();
  far.carrier.connect();
  const waiting = staying.warm("room");
  await world.moveAll();
  await waiting;
  let published = 0;
  world.redis.publish = () => ++published;
  staying.broadcast(member.peer, member.topic, "frame");
  await world.moveAll();
  expect([yielding.topic(room), published]).toEqual([undefined, 0]);
});

test("an id that leaves here and is held on another node is announced as left, then as joined", async () => {
  const { world, stations } = await open(2);
  const [near, far] = stations;
  for (const station of stations) world.join(station, "room");
  await world.moveAll();
  const [first] = [near, far].map(({ hub, fake }) =>
    hub.join(fake.connect().peer, room, { id: memberId("same"), info: "" }),
  );
  if (first === undefined || typeof first === "string") throw new Error(first);
  await world.moveAll();
  const { received } = world.residents[0]!.socket;
  const before = received.length;
  near.hub.leave(first);
  await world.settle();
  expect(received.slice(before)).toEqual(["-same", "+same"]);
});

test("what a node has closed while Redis was away and full is forgotten when there is room", async () => {
  const { world, stations } = await open(2);
  const [near, far] = stations;
  world.join(near, "t");
  world.join(far, "t");
  await world.moveAll();
  world.redis.isFull = true;
  near.carrier.cut();
  world.leave(world.residents[0]!);
  await world.settle();
  near.carrier.connect();
  await world.moveAll();
  await world.recover();
  world.check();
});

test("a node that finds no room for its lease is not shown until there is", async () => {
  const { world, stations } = await open(1);
  const [far] = stations;
  world.redis.isFull = true;
  const near = world.addNode();
  world.join(near, "t");
  await world.moveAll();
  world.join(far, "t");
  const waiting = far.hub.warm("t");
  await world.moveAll();
  const before = membersOf(far, "t");
  await world.advance(1000);
  await waiting;
  await world.recover();
  expect(before).toEqual(["m1"]);
  world.check();
});

test("a node that is back before it was found gone stays", async () => {
  const { world, stations } = await open(2);
  const [near, far] = stations;
  world.join(near, "t");
  world.join(far, "t");
  await world.moveAll();
  near.isPaused = true;
  const lease = `test:lease:${near.cluster.node}`;
  while (world.redis.get(lease) !== null) {
    await world.moveAll();
    await world.advance(100);
  }
  // It looks at the lease, which is gone, and has not read the answer yet.
  const { lanes } = far.carrier;
  const go = async (key: string) => {
    for (const run of lanes.get(key)?.splice(0) ?? []) run();
    await world.settle();
  };
  while ((lanes.get("said ")?.length ?? 0) === 0) await world.advance(100);
  for (const key of ["said ", "said answers ", "said "]) await go(key);
  const answers = lanes.get("said answers ")!.splice(0);
  expect(answers).toHaveLength(1);
  near.isPaused = false;
  await world.advance(100);
  await world.moveAll();
  lanes.get("said answers ")!.push(...answers);
  await world.recover();
  world.check();
});

describe("what is said on a channel", () => {
  const stranger = newNodeId();

  test.each([
    ["an older", `{"v":1,"n":"${stranger}","e":1,"s":1,"b":[{"t":"hello","m":[{"id":"x"}]}]}`],
    ["a newer", `{"v":3,"n":"${stranger}","new":true}\nwhatever`],
  ])(
    "by a node of %s version is not looked at, and told to the operator once",
    async (_age, text) => {
      const { world, stations } = await open(1);
      world.join(stations[0], "t");
      await world.moveAll();
      for (let times = 2; times > 0; times--) world.redis.publish("test:{hub/t}", text);
      await world.moveAll();
      expect([...world.residents[0]!.view]).toEqual(["m0"]);
      expect(world.told.warnings).toEqual([
        "another node speaks another version: the two do not meet",
      ]);
    },
  );

  test("may have parts and fields that are not known, which are ignored", async () => {
    const { world, stations } = await open(1);
    world.join(stations[0], "t");
    await world.moveAll();
    const hello = '{"t":"hello","m":[{"id":"far","info":"far","more":1}],"more":{}}';
    const text = batchOf(stranger, 1, 1, ['{"t":"dance"}', hello, '{"t":"later","id":"x"}']);
    world.redis.publish("test:{hub/t}", text);
    await world.moveAll();
    expect([...world.residents[0]!.view]).toEqual(["m0", "far"]);
  });

  const topic = "test:{hub/t}";

  test.each([
    "null",
    "1",
    "[]",
    "{}",
    '{"t":null}',
    '{"t":"constructor"}',
    '{"t":"hello"}',
    '{"t":"hello","m":{}}',
    '{"t":"hello","m":[null]}',
    '{"t":"joined"}',
    '{"t":"joined","id":7}',
    '{"t":"left","id":{}}',
    '{"t":"broadcast"}',
    '{"t":"broadcast","f":["x"]}',
    `{"t":"ask","c":1}`,
    `{"t":"gone","c":"${topic}"}`,
    `{"t":"state","c":"${topic}","at":9}`,
    `{"t":"state","c":"${topic}","at":"9","m":[]}`,
    `{"t":"relay","c":"${topic}","to":"m0"}`,
    `{"t":"relay","c":"${topic}","to":"m0","f":7}`,
    `{"t":"got","c":"${topic}"}`,
    `{"t":"lost","c":"${topic}","s":9}`,
    `{"t":"failed","c":"${topic}","s":1,"i":0,"o":"sent"}`,
  ])("and has a part that makes no sense, which alone is ignored: %s", async (part) => {
    const { world, stations } = await open(1);
    world.join(stations[0], "t");
    await world.moveAll();
    const hello = (id: string) => `{"t":"hello","m":[{"id":"${id}","info":""}]}`;
    const inbox = `test:node:${stations[0].cluster.node}`;
    const state = `{"t":"state","c":"${topic}","at":9,"m":[{"id":"last","info":""}]}`;
    const seen = () => [...world.residents[0]!.view];
    world.redis.publish(topic, batchOf(stranger, 1, 1, [hello("far"), part, hello("further")]));
    await world.moveAll();
    const first = seen();
    world.redis.publish(inbox, batchOf(stranger, 1, 1, [part, state]));
    await world.moveAll();
    expect([first, seen()]).toEqual([
      ["m0", "further"],
      ["m0", "last"],
    ]);
    const { received } = world.residents[0]!.socket;
    expect(received.every((frame) => typeof frame === "string" && /^[+-]/.test(frame))).toBe(true);
  });

  test.each(["", "{", "[]", "null", '{"v":2}', '{"v":2,"n":"x","e":1,"s":1}', '{"v":"1","n":"x"}'])(
    "and is no batch is ignored: %s",
    async (text) => {
      const { world, stations } = await open(1);
      world.join(stations[0], "t");
      await world.moveAll();
      world.redis.publish("test:{hub/t}", text);
      await world.moveAll();
      expect([world.residents[0]!.view.size, world.told.warnings]).toEqual([1, []]);
    },
  );
});

test("an id that is held on two nodes is shown until the last of them lets it go", async () => {
  const { world, stations } = await open(3);
  const [one, other, third] = stations as unknown as [Station, Station, Station];
  const id = memberId("same");
  const join = ({ hub, fake }: Station, info: string) => {
    const member = hub.join(fake.connect().peer, room, { id, info });
    if (typeof member === "string") throw new Error(member);
    return member;
  };
  const infos = () =>
    [...(third.hub.topic("room")?.members.values() ?? [])].map(({ info }) => info);
  third.hub.warm("room");
  await world.moveAll();
  const first = join(one, "one");
  await world.moveAll();
  const seen = [infos()];
  const second = join(other, "other");
  await world.moveAll();
  seen.push(infos());
  other.hub.leave(second);
  await world.moveAll();
  seen.push(infos());
  one.hub.leave(first);
  await world.moveAll();
  expect([...seen, infos()]).toEqual([["one"], ["other"], ["one"], []]);
});

test("a bye of one who did not get the hello is no answer to it", async () => {
  const { world, stations } = await open(3);
  const [slow, leaving, newcomer] = stations as unknown as [Station, Station, Station];
  for (const station of [slow, leaving]) world.join(station, "room");
  await world.moveAll();
  slow.isPaused = true;
  // It hears the channel no more, and its last word there is under way.
  leaving.carrier.loseMessages();
  world.join(newcomer, "room");
  await world.moveFrom(newcomer, newcomer);
  world.leave(world.residents[1]!);
  await world.moveAll();
  world.join(newcomer, "room");
  await world.moveAll();
  slow.isPaused = false;
  await world.moveAll();
  expect(membersOf(slow)).toEqual(["m0", "m2", "m3"]);
});

test("a node that is away while its topic is closed on another finds that out, though Redis is full", async () => {
  const { world, stations } = await open(2);
  const [near, far] = stations;
  for (const station of stations) world.join(station, "room");
  await world.moveAll();
  far.carrier.cut();
  world.leave(world.residents[1]!);
  await world.settle();
  world.redis.isFull = true;
  far.carrier.connect();
  await world.moveAll();
  world.redis.isFull = false;
  for (let left = leaseMs * (4 / 3); left > 0; left -= 100) {
    await world.advance(100);
    await world.moveAll();
  }
  expect(membersOf(near)).toEqual(["m0"]);
});

describe("in a Redis Cluster", () => {
  /** Two nodes with a member each in a topic that is elsewhere than a name; all reports of failed relays. */
  async function openBeside(nameOf: (station: Station) => string) {
    const { world, stations } = await open(2, true);
    const [near, far] = stations;
    const place = world.redis.placeOf(nameOf(near));
    const topic = ["a", "b", "c", "d"].find(
      (name) => world.redis.placeOf(`test:{hub/${name}}`) !== place,
    )!;
    for (const station of [near, far]) world.join(station, topic);
    await world.moveAll();
    const [ann, bob] = world.residents;
    const reported: string[] = [];
    ann!.member.peer.conversation = { failed: (reference) => reported.push(reference) };
    return { world, near, far, place, topic, ann: ann!, bob: bob!, reported };
  }

  async function pass(world: World, ms: number, each: () => void = () => undefined) {
    for (let left = ms; left > 0; left -= 100) {
      each();
      await world.advance(100);
      await world.moveAll();
    }
  }

  test("relays are answered though the sender's own channel is away", async () => {
    const { world, near, place, topic, ann, bob, reported } = await openBeside(
      ({ cluster }) => `test:node:${cluster.node}`,
    );
    world.redis.restart([place]);
    world.relay(ann, bob.id);
    await pass(world, leaseMs);
    world.leave(bob);
    world.relay(ann, bob.id);
    await pass(world, leaseMs);
    expect([reported, membersOf(near, topic), near.cluster.isReachable]).toEqual([
      ["1"],
      [ann.id],
      false,
    ]);
  });

  test("a node that cannot renew its lease is there as long as it can say so", async () => {
    const { world, near, far, place, topic, ann } = await openBeside(
      ({ cluster }) => `test:lease:${cluster.node}`,
    );
    near.carrier.cut([place]);
    await pass(world, 2 * leaseMs, () => world.broadcast(ann));
    const whileTalking = membersOf(far, topic).length;
    await pass(world, 3 * leaseMs);
    const whilePresent = membersOf(far, topic).length;
    near.carrier.cut();
    await pass(world, 2 * leaseMs);
    const whileSilent = membersOf(far, topic).length;
    near.carrier.connect();
    await pass(world, leaseMs);
    const after = membersOf(far, topic).length;
    expect([whileTalking, whilePresent, whileSilent, after]).toEqual([2, 2, 1, 2]);
  });

  test("nobody waits for a topic that is away", async () => {
    const { world, near, place } = await openBeside(({ cluster }) => `test:node:${cluster.node}`);
    near.carrier.cut([place]);
    const names = Array.from({ length: 6 }, (_, index) => topicName(`new-${index}`)!);
    const waits = names.map((name) => near.hub.warm(name) !== undefined);
    const areAway = names.map((name) => world.redis.placeOf(`test:{hub/${name}}`) === place);
    expect(waits).toEqual(areAway.map((isAway) => !isAway));
  });

  test("nothing is kept of a topic that was closed while a relay was on its way there", async () => {
    const { world, stations } = await open(2, true);
    const [near, far] = stations;
    const reported: string[][] = [];
    const pass = async (topic: string) => {
      for (const station of [near, far]) world.join(station, topic);
      await world.moveAll();
      const [ann, bob] = world.residents as [Resident, Resident];
      bob.member.peer.conversation = {
        failed: (reference, why) => reported.push([reference, why]),
      };
      far.hub.relay(bob.member.peer, bob.member.topic, ann.id, "frame", topic);
      await world.settle();
      for (const [key, lane] of far.carrier.lanes)
        if (key.startsWith("said ")) for (const run of lane.splice(0)) run();
      world.leave(ann);
      await world.moveAll();
      world.leave(bob);
      await world.moveAll();
    };
    const kept = () => {
      Bun.gc(true);
      const { Map: maps = 0, Set: sets = 0 } = heapStats().objectTypeCounts;
      return maps + sets;
    };
    const times = 200;
    for (let done = 0; done < times; done++) await pass(`early-${done}`);
    const before = kept();
    for (let done = 0; done < times; done++) await pass(`late-${done}`);
    // What the engine has not yet collected.
    expect(kept() - before).toBeLessThan(times / 4);
    expect([reported.length, reported.at(-1)]).toEqual([
      2 * times,
      [`late-${times - 1}`, "absent"],
    ]);
  }, 20_000);
});
