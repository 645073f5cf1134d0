import { afterEach, describe, expect, jest, test } from "bun:test";
import { Clock, stepMs } from "../../src/core/clock.ts";

afterEach(() => {
  jest.useRealTimers();
});

/** A clock, and what its chores have thrown. */
function open() {
  const faults: unknown[] = [];
  const clock = new Clock((thrown) => faults.push(thrown));
  return { clock, faults };
}

test("a clock goes four times a second from its start until it is stopped", () => {
  jest.useFakeTimers();
  const { clock } = open();
  const stop = clock.start();
  jest.advanceTimersByTime(1000);
  expect(clock.seconds).toBe(1);
  stop();
  jest.advanceTimersByTime(1000);
  expect(clock.seconds).toBe(1);
});

test("a clock counts its own steps, and not the time of day", () => {
  const { clock } = open();
  const seconds = Array.from({ length: 5 }, () => {
    clock.step();
    return clock.seconds;
  });
  expect([stepMs, seconds]).toEqual([250, [0.25, 0.5, 0.75, 1, 1.25]]);
});

describe("a chore", () => {
  test("is called at every step, after those that were added before it, with the new time", () => {
    const { clock } = open();
    const calls: string[] = [];
    for (const name of ["a", "b"]) clock.everyStep(() => calls.push(`${name} ${clock.seconds}`));
    clock.step();
    clock.everyStep(() => calls.push(`c ${clock.seconds}`));
    clock.step();
    expect(calls).toEqual(["a 0.25", "b 0.25", "a 0.5", "b 0.5", "c 0.5"]);
  });

  test("that throws keeps no other from running, at this step and at later ones", () => {
    const { clock, faults } = open();
    const calls: string[] = [];
    const fault = new Error("a fault");
    clock.everyStep(() => calls.push("before"));
    clock.everyStep(() => {
      throw fault;
    });
    clock.everyStep(() => calls.push("after"));
    clock.step();
    clock.step();
    expect([calls, faults, clock.seconds]).toEqual([
      ["before", "after", "before", "after"],
      [fault, fault],
      0.5,
    ]);
  });

  test("that throws does not stop a clock that runs", () => {
    jest.useFakeTimers();
    const { clock, faults } = open();
    clock.everyStep(() => {
      throw new Error("a fault");
    });
    const stop = clock.start();
    jest.advanceTimersByTime(1000);
    stop();
    expect([clock.seconds, faults.length]).toEqual([1, 4]);
  });
});
