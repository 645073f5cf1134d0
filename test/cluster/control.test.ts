import { describe, expect, test } from "bun:test";
import type { Answers } from "../../src/core/bus.ts";
import { newNodeId } from "../../src/core/ids.ts";
import { batchOf } from "./batches.ts";
import { leaseMs } from "./fake-context.ts";
import { type Station, World } from "./world.ts";

const kinds = [
  ["one Redis", false],
  ["Redis Cluster", true],
] as const;

const idOf = ({ cluster }: Station) => cluster.node;
const othersOf = ({ cluster }: Station) => [...cluster.others].toSorted();

/** So many nodes without a topic, which answer `who` with their number. */
async function open(count: number, isSharded = false) {
  const world = new World(isSharded, count);
  await pass(world, 300);
  for (const [index, { cluster }] of world.stations.entries())
    cluster.onQuestion("who", () => index);
  return { world, stations: world.stations as [Station, Station, Station, ...Station[]] };
}

/** So much time passes, in which everything that is under way arrives. */
async function pass(world: World, ms: number) {
  await world.moveAll();
  for (let left = ms; left > 0; left -= 100) {
    await world.advance(100);
    await world.moveAll();
  }
}

/** What has come back, once it has. */
function watch(asked: Promise<Answers>) {
  const seen: { answers?: Record<string, unknown>; missing?: readonly string[] } = {};
  asked.then(({ answers, missing }) => {
    seen.answers = Object.fromEntries(answers);
    seen.missing = missing.toSorted();
  });
  return seen;
}

describe.each(kinds)("with %s", (_kind, isSharded) => {
  test("nodes know each other without a topic, whoever comes first", async () => {
    const { world } = await open(3, isSharded);
    world.addNode();
    await pass(world, 300);
    const all = world.stations.map(idOf);
    expect(world.stations.map(othersOf)).toEqual(
      all.map((own) => all.filter((other) => other !== own).toSorted()),
    );
  });

  test("a node that has ended is not known any more: at once if it says so, or when its lease is over", async () => {
    const { world, stations } = await open(3, isSharded);
    const [near, leaving, crashing] = stations;
    const closing = leaving.cluster.close();
    await pass(world, 200);
    await closing;
    const before = othersOf(near);
    world.crash(crashing);
    await pass(world, leaseMs * 2);
    expect([before, othersOf(near)]).toEqual([[idOf(crashing)], []]);
  });

  test("a node that stood still for long is known again when it goes on", async () => {
    const { world, stations } = await open(2, isSharded);
    const [near, far] = stations;
    far.isPaused = true;
    await pass(world, leaseMs * 2);
    const before = othersOf(near);
    far.isPaused = false;
    await pass(world, 300);
    expect([before, othersOf(near), othersOf(far)]).toEqual([[], [idOf(far)], [idOf(near)]]);
  });

  test("what a node says of its presence may be lost: it says it again", async () => {
    const { world, stations } = await open(1, isSharded);
    const [near] = stations;
    world.redis.publish = () => 1;
    const far = world.addNode();
    await pass(world, 300);
    const before = othersOf(near);
    Reflect.deleteProperty(world.redis, "publish");
    await pass(world, leaseMs * 2);
    expect([before, othersOf(near), othersOf(far)]).toEqual([[], [idOf(far)], [idOf(near)]]);
  });

  test("all nodes answer, and nobody waits for longer than they do", async () => {
    const { world, stations } = await open(3, isSharded);
    const [near] = stations;
    const seen = watch(near.cluster.ask("who", null, 10_000));
    await world.moveAll();
    expect(seen).toEqual({
      answers: Object.fromEntries(stations.map((station, index) => [idOf(station), index])),
      missing: [],
    });
  });

  test("a question comes as it was asked, and an answer as it was given, however long", async () => {
    const { world, stations } = await open(2, isSharded);
    const [near, far] = stations;
    const question = { text: 'ä"\\\n🚦\ud800', list: [1, null, { deep: [] }] };
    const answer = { rows: Array.from({ length: 20_000 }, (_, index) => `row 🚦 ${index}`) };
    const asked: unknown[] = [];
    far.cluster.onQuestion("rows", (what) => {
      asked.push(what);
      return Promise.resolve(answer);
    });
    const seen = watch(near.cluster.ask("rows", question, 10_000));
    await world.moveAll();
    expect([asked, seen.answers]).toEqual([[question], { [idOf(far)]: answer }]);
    // Nobody answers here.
    expect(seen.missing).toEqual([idOf(near)]);
  });

  test("a long answer comes in pieces, of which one at a time is under way", async () => {
    const { world, stations } = await open(2, isSharded);
    const [near, far] = stations;
    const said: string[] = [];
    const publish = world.redis.publish.bind(world.redis);
    world.redis.publish = (where, text) => {
      const [kind] = /"t":"(?:answer|more)"/.exec(text) ?? [];
      if (kind !== undefined) said.push(kind);
      if (text.length > 20_000) said.push("a long batch");
      return publish(where, text);
    };
    far.cluster.onQuestion("long", () => "x".repeat(50_000));
    const seen = watch(near.cluster.ask("long", null, 1000));
    await world.moveAll();
    const [answer, more] = ['"t":"answer"', '"t":"more"'];
    expect(said).toEqual([answer, more, answer, more, answer, more, answer]);
    expect(seen.answers).toEqual({ [idOf(far)]: "x".repeat(50_000) });
  });

  test("a node that does not answer in time is missing, and what it says later is ignored", async () => {
    const { world, stations } = await open(3, isSharded);
    const [near, slow, far] = stations;
    let answer: (value: unknown) => void = () => undefined;
    slow.cluster.onQuestion("who", () => new Promise((resolve) => (answer = resolve)));
    const seen = watch(near.cluster.ask("who", null, 1000));
    await pass(world, 900);
    const before = { ...seen };
    await pass(world, 200);
    answer("late");
    const again = watch(near.cluster.ask("who", null, 1000));
    await pass(world, 1100);
    const due = { answers: { [idOf(near)]: 0, [idOf(far)]: 2 }, missing: [idOf(slow)] };
    expect([before, seen, again]).toEqual([{}, due, due]);
    expect(world.told.faults).toEqual([]);
  });

  test("a node that is killed while it is asked is missing as soon as that is known", async () => {
    const { world, stations } = await open(3, isSharded);
    const [near, killed, far] = stations;
    killed.cluster.onQuestion("who", () => new Promise(() => undefined));
    const asked = watch(near.cluster.ask("who", null, 60_000));
    await world.moveAll();
    world.crash(killed);
    // Nobody listens at its inbox any more.
    const after = watch(near.cluster.ask("who", null, 60_000));
    await world.moveAll();
    const due = { answers: { [idOf(near)]: 0, [idOf(far)]: 2 }, missing: [idOf(killed)] };
    expect([asked, after]).toEqual([due, due]);
  });

  test("a node that stands still while it is asked is missing when its lease is over", async () => {
    const { world, stations } = await open(2, isSharded);
    const [near, far] = stations;
    far.isPaused = true;
    const asked = watch(near.cluster.ask("who", null, 60_000));
    await pass(world, leaseMs * 2);
    expect(asked).toEqual({ answers: { [idOf(near)]: 0 }, missing: [idOf(far)] });
  });

  test("an order reaches one node, or all", async () => {
    const { world, stations } = await open(3, isSharded);
    const obeyed: unknown[] = [];
    for (const [index, { cluster }] of stations.entries())
      cluster.onOrder("go", (order) => obeyed.push([index, order]));
    const [near, far] = stations;
    near.cluster.tell("all", "go", { where: "on" });
    await world.moveAll();
    const all = obeyed.splice(0).toSorted();
    near.cluster.tell(idOf(far), "go", 1);
    near.cluster.tell(idOf(near), "go", 2);
    near.cluster.tell(newNodeId(), "go", 3);
    near.cluster.tell("all", "what nobody knows", 4);
    await world.moveAll();
    expect([all, obeyed.toSorted()]).toEqual([
      [0, 1, 2].map((index) => [index, { where: "on" }]),
      [
        [0, 2],
        [1, 1],
      ],
    ]);
  });

  test("while Redis is away only this node answers and obeys, and nobody waits", async () => {
    const { stations } = await open(2, isSharded);
    const [near, far] = stations;
    near.carrier.cut();
    const obeyed: string[] = [];
    for (const station of stations) station.cluster.onOrder("go", () => obeyed.push(idOf(station)));
    near.cluster.tell("all", "go", null);
    const { answers, missing } = await near.cluster.ask("who", null, 60_000);
    expect([[...answers], missing, obeyed]).toEqual([[[idOf(near), 0]], [idOf(far)], [idOf(near)]]);
  });
});

test("with Redis Cluster, nodes whose inboxes are away are missing, and the others answer", async () => {
  const { world, stations } = await open(6, true);
  const [near] = stations;
  const placeOf = (station: Station) => world.redis.placeOf(`test:node:${idOf(station)}`);
  const others = stations.slice(1);
  const away = placeOf(others.find((station) => placeOf(station) !== placeOf(near))!);
  near.carrier.cut([away]);
  const seen = watch(near.cluster.ask("who", null, 60_000));
  await world.moveAll();
  const missing = others.filter((station) => placeOf(station) === away).map(idOf);
  expect(missing.length).toBeGreaterThan(0);
  expect([seen.missing, Object.keys(seen.answers ?? {}).length]).toEqual([
    missing.toSorted(),
    6 - missing.length,
  ]);
});

test("with Redis Cluster, nobody is waited for while this node's own inbox is away", async () => {
  const { world, stations } = await open(3, true);
  const [near, ...others] = stations;
  near.carrier.cut([world.redis.placeOf(`test:node:${idOf(near)}`)]);
  const { answers, missing } = await near.cluster.ask("who", null, 60_000);
  expect([[...answers], missing]).toEqual([[[idOf(near), 0]], others.map(idOf)]);
});

test("with Redis Cluster, nodes go on knowing each other while the place where they meet is away", async () => {
  const { world, stations } = await open(2, true);
  const [near, far] = stations;
  const place = world.redis.placeOf("test:nodes");
  for (const { carrier } of stations) carrier.cut([place]);
  const late = world.addNode();
  late.carrier.cut([place]);
  await pass(world, leaseMs * 3);
  const before = [othersOf(near).includes(idOf(far)), othersOf(far).includes(idOf(near))];
  for (const { carrier } of world.stations) carrier.connect();
  await pass(world, 500);
  expect([before, othersOf(near)]).toEqual([[true, true], [idOf(far), idOf(late)].toSorted()]);
});

describe("what is too much", () => {
  test("a question that is too long is answered by this node alone, an order that is too long by nobody; both are faults", async () => {
    const { world, stations } = await open(2);
    const [near, far] = stations;
    const heard: unknown[] = [];
    far.cluster.onQuestion("who", (what) => heard.push(what));
    for (const { cluster } of [near, far]) cluster.onOrder("go", (what) => heard.push(what));
    const long = "x".repeat(100_000);
    const { answers, missing } = await near.cluster.ask("who", long, 10_000);
    await world.advance(2000);
    near.cluster.tell("all", "go", long);
    await world.moveAll();
    expect([[...answers], missing, heard]).toEqual([[[idOf(near), 0]], [idOf(far)], []]);
    expect(world.told.faults).toHaveLength(2);
  });

  test("a node whose answer is too long, or cannot be made, is missing at once", async () => {
    const { world, stations } = await open(2);
    const [near, far] = stations;
    const answers = [
      () => "x".repeat(2_000_000),
      () => 1n,
      () => {
        throw new Error("boom");
      },
    ];
    for (const answer of answers) {
      far.cluster.onQuestion("who", answer);
      const seen = watch(near.cluster.ask("who", null, 60_000));
      await world.moveAll();
      expect(seen).toEqual({ answers: { [idOf(near)]: 0 }, missing: [idOf(far)] });
      await world.advance(1000);
    }
    expect(world.told.faults).toHaveLength(3);
  });

  test("more questions at once than there may be are answered by this node alone", async () => {
    const { world, stations } = await open(2);
    const [near, far] = stations;
    far.cluster.onQuestion("who", () => new Promise(() => undefined));
    const asked = Array.from({ length: 20 }, () => watch(near.cluster.ask("who", null, 1000)));
    await world.moveAll();
    const done = asked.filter(({ missing }) => missing !== undefined);
    expect(done).toEqual(Array(4).fill({ answers: { [idOf(near)]: 0 }, missing: [idOf(far)] }));
    await pass(world, 1100);
    expect(asked.every(({ missing }) => missing?.length === 1)).toBe(true);
    // The deadline holds for them as well.
    near.cluster.onQuestion("who", () => new Promise(() => undefined));
    const long = Array.from({ length: 20 }, () => watch(near.cluster.ask("who", null, 1000)));
    await pass(world, 1100);
    expect(long.every(({ missing }) => missing?.length === 2)).toBe(true);
    // There is room again.
    far.cluster.onQuestion("who", () => 1);
    near.cluster.onQuestion("who", () => 0);
    const again = watch(near.cluster.ask("who", null, 1000));
    await world.moveAll();
    expect(again.missing).toEqual([]);
  });
});

describe("what others say", () => {
  async function openForged() {
    const { world, stations } = await open(2);
    const [near, far] = stations;
    const inbox = `test:node:${idOf(near)}`;
    const published: string[] = [];
    const publish = world.redis.publish.bind(world.redis);
    world.redis.publish = (where, text) => {
      published.push(text);
      return publish(where, text);
    };
    // Above those that the node whose name is used has had.
    let serial = 1000;
    const stranger = newNodeId();
    const say = async (parts: readonly unknown[], node = stranger) => {
      const texts = parts.map((part) => JSON.stringify(part));
      world.redis.publish(inbox, batchOf(node, 1, ++serial, texts));
      await world.moveAll();
    };
    return { world, near, far, say, published };
  }

  test("is no answer unless it comes from who was asked, in order, and once", async () => {
    const { world, near, far, say } = await openForged();
    far.cluster.onQuestion("who", () => new Promise(() => undefined));
    const seen = watch(near.cluster.ask("who", null, 60_000));
    await world.moveAll();
    const answer = (p: number, of: number, a: string) => ({ t: "answer", i: 1, p, of, a });
    await say([answer(0, 1, '"stranger"')]);
    await say([answer(1, 2, "b]")], idOf(far));
    await say([answer(0, 2, '["a",'), answer(0, 2, '["c",')], idOf(far));
    const before = { ...seen };
    await say([answer(1, 2, '"b"]'), answer(1, 2, '"d"]')], idOf(far));
    expect([before, seen.answers?.[idOf(far)]]).toEqual([{}, ["a", "b"]]);
  });

  test("that is no answer leaves the node missing", async () => {
    const { world, near, far, say } = await openForged();
    far.cluster.onQuestion("who", () => new Promise(() => undefined));
    const seen = watch(near.cluster.ask("who", null, 60_000));
    await world.moveAll();
    await say([{ t: "answer", i: 1, p: 0, of: 1, a: "{" }], idOf(far));
    expect([seen.missing, world.told.faults]).toEqual([[idOf(far)], []]);
  });

  test("that cannot be is ignored", async () => {
    const { world, near, say } = await openForged();
    const asked: unknown[] = [];
    near.cluster.onQuestion("who", (what) => asked.push(what));
    near.cluster.onOrder("go", (what) => asked.push(what));
    const question = { t: "question", i: 1, k: "who", q: "null", ms: 1000 };
    const order = { t: "order", k: "go", o: "null" };
    await say([
      { ...question, i: -1 },
      { ...question, k: "" },
      { ...question, k: "k".repeat(100) },
      { ...question, q: "{" },
      { ...question, q: null },
      { ...question, q: JSON.stringify("x".repeat(100_000)) },
      { ...question, ms: -1 },
      { ...question, ms: "1" },
      { ...order, k: 7 },
      { ...order, o: "{" },
      { ...order, o: JSON.stringify("x".repeat(100_000)) },
      { t: "answer", i: 1, p: 0, of: 1, a: "x".repeat(100_000) },
      { t: "answer", i: 1, p: -1, of: 1, a: "" },
      { t: "more", i: 1, p: 1.5 },
    ]);
    expect([asked, world.told.faults]).toEqual([[], []]);
    await say([question, order]);
    expect(asked).toEqual([null, null]);
  });

  test("is not answered once the node that has asked is gone", async () => {
    const { world, near, say, published } = await openForged();
    let answer: (value: unknown) => void = () => undefined;
    near.cluster.onQuestion("who", () => new Promise((resolve) => (answer = resolve)));
    await say([{ t: "question", i: 1, k: "who", q: "null", ms: 60_000 }]);
    await pass(world, 500);
    published.length = 0;
    answer(1);
    await pass(world, 100);
    expect(published.join()).not.toContain('"t":"answer"');
  });

  test("is answered so many times at once, and what is not fetched is forgotten", async () => {
    const { world, near, far, say, published } = await openForged();
    const answer = "x".repeat(100_000);
    near.cluster.onQuestion("who", () => answer);
    const question = (i: number) => ({ t: "question", i, k: "who", q: "null", ms: 1000 });
    const answered = () => published.join().match(/"t":"answer"/g)?.length ?? 0;
    for (let i = 1; i <= 200; i++) await say([question(i), question(i)], idOf(far));
    const first = answered();
    await pass(world, 1100);
    await say([question(201)], idOf(far));
    expect([first, answered()]).toEqual([64, 65]);
  });
});
