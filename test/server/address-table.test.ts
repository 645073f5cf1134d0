import { describe, expect, test } from "bun:test";
import { Clock } from "../../src/core/clock.ts";
import { AddressTable } from "../../src/server/address-table.ts";

const ann = "192.0.2.1";
const bob = "192.0.2.2";

function open(limits = { connections: 2, requestsPerSecond: 1 }) {
  const clock = new Clock((thrown) => {
    throw thrown;
  });
  const table = new AddressTable(clock, limits);
  const pass = (seconds: number): void => {
    for (let steps = seconds * 4; steps > 0; steps--) clock.step();
  };
  return { table, pass };
}

describe("an address", () => {
  test("may have as many connections as the limit allows, and one more once one is closed", () => {
    const { table } = open();
    for (const _ of [1, 2]) {
      expect(table.mayConnect(ann)).toBe(true);
      table.opened(ann);
    }
    expect([table.mayConnect(ann), table.mayConnect(bob)]).toEqual([false, true]);
    table.closed(ann);
    expect(table.mayConnect(ann)).toBe(true);
  });

  test("may ask for what 20 seconds allow at once, and then at its rate", () => {
    const { table, pass } = open();
    const asked = (count: number) =>
      Array.from({ length: count }, () => table.mayAsk(ann)).filter(Boolean).length;
    expect([asked(100), table.mayAsk(bob)]).toEqual([20, true]);
    pass(3);
    expect(asked(100)).toBe(3);
    pass(1000);
    expect(asked(100)).toBe(20);
  });

  test("waits longer with each token that is refused, to a bound, and is forgiven with time", () => {
    const { table, pass } = open();
    const delays: number[] = [];
    for (let count = 0; count < 20; count++) {
      delays.push(table.tokenDelayMs(ann));
      table.tokenRefused(ann);
    }
    expect(delays.slice(0, 8)).toEqual([0, 0, 0, 0, 0, 100, 200, 400]);
    expect([Math.max(...delays), table.tokenDelayMs(bob)]).toEqual([10_000, 0]);
    pass(200);
    expect(table.tokenDelayMs(ann)).toBe(0);
  });

  test("that does nothing is forgotten", () => {
    const { table, pass } = open();
    table.mayAsk(ann);
    table.opened(bob);
    table.tokenRefused("192.0.2.3");
    pass(60);
    expect(table.size).toBe(1);
    table.closed(bob);
    pass(2);
    expect(table.size).toBe(0);
  });

  test("is not limited where limits are 0", () => {
    const { table } = open({ connections: 0, requestsPerSecond: 0 });
    for (let count = 0; count < 5000; count++) {
      expect(table.mayAsk(ann) && table.mayConnect(ann)).toBe(true);
      table.opened(ann);
    }
  });
});

test("the table is bounded: beyond that addresses share their limits", () => {
  const { table } = open({ connections: 2, requestsPerSecond: 0 });
  for (let count = 0; count < 100_000; count++) table.opened(`2001:db8:${count.toString(16)}::/64`);
  expect(table.size).toBe(65_536);
  expect(table.mayConnect("198.51.100.1")).toBe(false);
});
