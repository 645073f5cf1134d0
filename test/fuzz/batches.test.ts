// Whatever is published in Redis: of a batch, what is read is what a node can have written, and the parts with
// something wrong are missing and no others; and whatever strangers say, nodes end up as if it had not been said.

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Batch, BatchPart } from "../../src/cluster/message.ts";
import { type NodeId, newNodeId } from "../../src/core/ids.ts";
import { batchOf, read } from "../cluster/batches.ts";
import { leaseMs } from "../cluster/fake-context.ts";
import { World } from "../cluster/world.ts";
import { check, checkAsync, timeoutMs } from "./check.ts";
import { stepsOf } from "./steps.ts";
import { garbled, truncated, valueText } from "./texts.ts";

const node = newNodeId();

const serial = fc.oneof(fc.nat(1000), fc.constantFrom(0, 2 ** 31, 2 ** 47));
const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 20 }),
  fc.constantFrom("__proto__", "é🐙"),
);
const frame = fc.oneof(
  text,
  fc.string({ unit: "binary", minLength: 1 }),
  fc.constantFrom("\n", '{"v":2}\n', "\uFEFF{}"),
);
const info = fc.oneof(fc.string(), fc.jsonValue(), fc.constant(undefined));
const member = fc.record({ id: text, info }, { requiredKeys: ["id"] });
const role = fc.string({ minLength: 1, maxLength: 64 });
const members = fc.array(member, { maxLength: 3 });
const few = fc.nat(64);

/** What each kind of part has, and what else its fields may be that it cannot have. */
const fields: Readonly<Record<BatchPart["t"], Readonly<Record<string, fc.Arbitrary<unknown>>>>> = {
  hello: { m: members },
  joined: { id: text },
  updated: { id: text },
  left: { id: text },
  broadcast: { f: frame },
  multicast: { f: frame, to: fc.array(role, { maxLength: 3 }) },
  bye: {},
  relay: { c: text, to: text, f: frame },
  state: { c: text, at: serial, m: members },
  gone: { c: text, at: serial },
  ask: { c: text },
  got: { c: text, s: serial },
  lost: { c: text, after: serial, s: serial },
  last: { c: text, s: serial },
  failed: { c: text, s: serial, i: serial, o: fc.constantFrom("dropped", "absent") },
  here: {},
  away: {},
  hi: {},
  question: { i: serial, k: text, q: text, ms: fc.nat(60_000) },
  answer: { i: serial, p: few, of: few, a: fc.string() },
  more: { i: serial, p: few },
  order: { k: text, o: text },
};

const kinds = Object.keys(fields) as readonly BatchPart["t"][];

const rightPart = fc
  .constantFrom(...kinds)
  .chain((t) => fc.record({ t: fc.constant(t), ...fields[t] }))
  .chain((part) =>
    // Fields that nobody knows yet are no fault.
    fc.option(fc.jsonValue(), { nil: undefined }).map((later) => ({ ...part, later })),
  );

/** No field of any kind may be one of these. */
const wrongValues = [null, true, -1, 1.5, 1e300, [], [[]], {}, [null], ["x"], { length: 1 }];

const kindsWithFields = kinds.filter((t) => Object.keys(fields[t]).length > 0);

/** Nothing but a list of members may be an empty array, and a list of roles an array of texts. */
const isWrong = (part: object, name: string, value: unknown): boolean => {
  const isRoles = "t" in part && part.t === "multicast" && name === "to";
  if (!Array.isArray(value)) return true;
  return isRoles
    ? !value.every((each) => typeof each === "string")
    : name !== "m" || value.length > 0;
};

const brokenPart = fc
  .constantFrom(...kindsWithFields)
  .chain((t) =>
    fc.tuple(
      fc.record({ t: fc.constant(t), ...fields[t] }),
      fc.constantFrom(...Object.keys(fields[t])),
      fc.oneof(fc.constantFrom(...wrongValues), fc.constant(undefined)),
    ),
  )
  .filter(([part, name, value]) => isWrong(part, name, value))
  .map(([part, name, value]) => ({ ...part, [name]: value }));

const unknownPart = fc.oneof(
  fc
    .constantFrom("__proto__", "constructor", "toString", "HELLO", "", "later", null, 1)
    .map((t) => ({ t })),
  fc.jsonValue(),
);

const labelled = <Value>(isRight: boolean, values: fc.Arbitrary<Value>) =>
  values.map((value) => ({ isRight, json: JSON.stringify(value) }));

const somePart = fc.oneof(
  { weight: 3, arbitrary: labelled(true, rightPart) },
  { weight: 1, arbitrary: labelled(false, brokenPart) },
  { weight: 1, arbitrary: labelled(false, unknownPart) },
);

const header = fc.record({
  epoch: fc.oneof(fc.nat(100), fc.constant(2 ** 32)),
  serial: fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.constant(2 ** 48)),
  isFirst: fc.boolean(),
});

const someBatch = (parts: fc.Arbitrary<{ readonly json: string }>): fc.Arbitrary<string> =>
  fc.tuple(header, fc.array(parts, { maxLength: 6 })).map(([{ epoch, serial: s, isFirst }, all]) =>
    batchOf(
      node,
      epoch,
      s,
      all.map(({ json }) => json),
      isFirst,
    ),
  );

test("of a batch, all parts are read that are right, as they are, and no others", () => {
  const property = fc.property(header, fc.array(somePart, { maxLength: 8 }), (head, parts) => {
    const jsons = parts.map(({ json }) => json);
    const batch = read(batchOf(node, head.epoch, head.serial, jsons, head.isFirst));
    const right = parts.filter(({ isRight }) => isRight);
    expect(batch as unknown).toEqual({
      v: 2,
      n: node,
      e: head.epoch,
      s: head.serial,
      ...(head.isFirst && { f: 1 }),
      b: right.map(({ json }) => JSON.parse(json)),
    });
  });
  check(property, { runs: 500 });
});

const hello = '{"t":"hello","m":[]}';

test("a part whose kind is a list that holds one kind is not read", () => {
  expect(read(batchOf(node, 1, 1, ['{"t":["bye"]}', hello]))?.b).toEqual([JSON.parse(hello)]);
});

test("a part whose kind is an object without a text is not read, and the others are", () => {
  const part = '{"t":{"toString":1}}';
  expect(read(batchOf(node, 1, 1, [part, hello]))?.b).toEqual([JSON.parse(hello)]);
});

/** What there is of a batch in a text, whatever was done to it. */
function isWithin(batch: Batch, text: string): boolean {
  const whole = Buffer.from(text);
  const end = [...whole, 10].indexOf(10);
  const { v, n, e, s, b } = JSON.parse(whole.subarray(0, end).toString());
  let [at, frameAt] = [0, end + 1];
  const isOneOf = (part: BatchPart): boolean => {
    const index = b.findIndex((each: unknown, place: number) => {
      if (place < at) return false;
      at = place + 1;
      const { f: length } = Object(each);
      if (!Number.isInteger(length) || length < 1) return Bun.deepEquals(each, part, true);
      frameAt += length;
      const f = whole.subarray(frameAt - length, frameAt);
      return (
        f.length === length && Bun.deepEquals({ ...Object(each), f: f.toString() }, part, true)
      );
    });
    return index !== -1 && typeof part.t === "string" && part.t in fields;
  };
  if (batch.v !== 2) return batch.v === v && batch.n === n && batch.b.length === 0;
  return batch.n === n && batch.e === e && batch.s === s && batch.b.every(isOneOf);
}

test("of any text, what is read is in it", () => {
  const batches = someBatch(somePart);
  const texts = fc.oneof(garbled(batches), truncated(batches), valueText, fc.string());
  const property = fc.property(texts, (whole) => {
    const batch = read(whole);
    if (batch !== undefined) expect(isWithin(batch, whole)).toBe(true);
  });
  check(property, { runs: 500 });
});

test("twice as long a batch is twice as much work to read", () => {
  const property = fc.property(fc.array(somePart, { minLength: 1, maxLength: 4 }), (parts) => {
    const jsons = parts.map(({ json }) => json);
    const steps = (times: number): number => {
      const whole = batchOf(node, 1, 1, Array(times).fill(jsons).flat());
      return stepsOf(() => read(whole));
    };
    expect(steps(100)).toBeLessThan(2.2 * steps(50));
  });
  check(property, { runs: 50 });
});

describe("whatever strangers say", () => {
  const strangers: readonly NodeId[] = Array.from({ length: 3 }, newNodeId);

  /** Where it is said: numbers of places that there are then. */
  const saying = fc.record({
    where: fc.nat(),
    who: fc.nat(strangers.length - 1),
    head: header,
    parts: fc.array(somePart, { maxLength: 4 }),
    garble: fc.option(fc.nat()),
  });

  test.each([
    ["one Redis", false],
    ["Redis Cluster", true],
  ] as const)(
    "nodes believe each other all the same, and nothing throws: %s",
    async (_kind, isSharded) => {
      const property = fc.asyncProperty(
        fc.array(saying, { minLength: 1, maxLength: 12 }),
        async (all) => {
          const world = new World(isSharded, 2);
          await world.moveAll();
          for (const station of world.stations) {
            world.join(station, "t");
            await world.moveAll();
          }
          const topic = "test:{hub/t}";
          const nodes = world.stations.map(({ cluster }) => cluster.node);
          const places = [
            topic,
            "test:nodes",
            ...nodes.flatMap((each) => [`test:node:${each}`, `${topic}:${each}`]),
          ];
          for (const { where, who, head, parts, garble } of all) {
            const jsons = parts.map(({ json }) =>
              // What is about a channel is about one that there is; frames are none that residents understand.
              json
                .replace(/"c":"(?:[^"\\]|\\.)*"/, `"c":"${places[where % places.length]}"`)
                .replace(/"f":"[+*>-]/, '"f":"?'),
            );
            const whole = batchOf(strangers[who]!, head.epoch, head.serial, jsons, head.isFirst);
            const said = garble === null ? whole : whole.slice(0, garble % whole.length);
            world.redis.publish(places[where % places.length]!, said);
            await world.moveAll();
          }
          for (const [from, to] of [[0, 1] as const, [1, 0] as const])
            world.relay(world.residents[from]!, world.residents[to]!.id);
          for (let left = 2 * leaseMs; left > 0; left -= 100) {
            await world.advance(100);
            await world.moveAll();
          }
          await world.recover();
          world.check();
          expect(world.told.faults).toEqual([]);
        },
      );
      await checkAsync(property, { runs: 40 });
    },
    timeoutMs,
  );
});
