// Every part in its smallest form, for real: our server and all others that are installed here.

import { expect, test } from "bun:test";
import { contenders } from "./contenders.ts";
import { growth } from "./growth.ts";
import { measure } from "./measure.ts";
import { comparison, type Part } from "./parts.ts";

const tiny = {
  rounds: 1,
  seconds: 0.05,
  pairs: 2,
  rate: 500,
  connections: 8,
  restSeconds: 0.1,
  subscribers: 3,
};

type Listener = (line: string) => void;

/** One setting is enough: they differ in a number. */
const measureTiny = (part: Part, progress: Listener = () => undefined) =>
  measure(part, { changes: tiny, settings: new Set([part.settings[0].name]), progress });

/** Whoever is there plays, and every message arrives. */
async function tryOut(part: Part): Promise<void> {
  const said: string[] = [];
  const { rows, notMeasured, remarks, versions } = await measureTiny(part, (line) => {
    said.push(line);
  });
  for (const line of notMeasured) expect(said).toContain(`not measured: ${line}`);
  const isThere = ({ name }: { readonly name: string }): boolean =>
    !notMeasured.some((line) => line.startsWith(`${name}: `));
  const there = part.others.filter(isThere).map(({ name }) => name);
  const servers = rows.map(({ server }) => server);
  expect(servers).toEqual([...part.own.map(() => "signalbox"), ...there]);
  expect(Object.keys(versions)).toEqual(["signalbox", ...there]);
  expect(remarks.filter((remark) => remark.includes("never delivered"))).toEqual([]);
  const lost = rows.map(({ figures }) => [figures["errors"]?.median, figures["missing"]?.median]);
  expect(lost.flat().filter((count) => (count ?? 0) > 0)).toEqual([]);
}

const [relay, ...others] = comparison;

test("relay: all that are there play, and every message arrives", () => tryOut(relay!), 120_000);

/** One of ours and nats-server: other programs speak what these do, and take long to start. */
const light = others.map((part) => ({
  ...part,
  own: part.own.slice(0, 1),
  others: part.others.filter(({ name }) => name === "nats-server"),
}));

test.concurrent.each(light)(
  "$name: all that are there play, and every message arrives",
  tryOut,
  120_000,
);

test("who is not installed is left out, with a line that says so", async () => {
  const missing = { ...contenders[0]!, name: "another", prepare: () => "it is not installed" };
  const said: string[] = [];
  const { notMeasured, rows } = await measureTiny(
    { ...relay!, own: ["topic"], others: [missing] },
    (line) => {
      said.push(line);
    },
  );
  expect([notMeasured, rows.map(({ server }) => server)]).toEqual([
    ["another: it is not installed"],
    ["signalbox"],
  ]);
  expect(said[0]).toBe("not measured: another: it is not installed");
}, 60_000);

test("all parts have names of their own, and those of growth begin alike", () => {
  const names = [...comparison, ...growth].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(growth.every(({ name }) => name.startsWith("growth-"))).toBe(true);
});
