// Warnings of ticks and answers that took long.

import { expect, test } from "bun:test";
import { SlowWatch } from "../../src/server/slow-watch.ts";

function open() {
  let time = 0;
  let step = (): void => undefined;
  const lines: object[] = [];
  const clock = {
    everyStep: (chore: () => void) => {
      step = chore;
    },
  };
  const log = { warn: (fields: object, msg: string) => lines.push({ ...fields, msg }) };
  const watch = new SlowWatch(log, clock, () => time);
  const pass = (ms: number) => {
    time += ms;
  };
  const stepAfter = (ms: number) => {
    pass(ms);
    step();
  };
  return { lines, watch, pass, stepAfter };
}

test("a tick that takes long is told, at most once in a few seconds, with how many there were", () => {
  const { lines, stepAfter } = open();
  for (const ms of [250, 260, 1249, 1250, 250, 1500, 2000, 250, 3000]) stepAfter(ms);
  expect(lines).toEqual([
    { lateMs: 1000, count: 1, msg: "slow tick" },
    { lateMs: 2750, count: 3, msg: "slow tick" },
  ]);
});

test("an answer that takes long is told with whose it is, and a quick one is not", async () => {
  const { lines, watch, pass } = open();
  const answered = async (ms: number) => {
    const { promise, resolve } = Promise.withResolvers<Response>();
    const answer = watch.answer("room", promise);
    pass(ms);
    resolve(new Response("", { status: 503 }));
    return (await answer).status;
  };
  expect([await answered(999), await answered(1200), await answered(1300)]).toEqual([
    503, 503, 503,
  ]);
  expect(lines).toEqual([
    { protocol: "room", ms: 1200, status: 503, count: 1, msg: "slow request" },
  ]);
});
