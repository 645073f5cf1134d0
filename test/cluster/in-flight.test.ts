import { describe, expect, test } from "bun:test";
import { InFlight } from "../../src/cluster/in-flight.ts";
import { newNodeId } from "../../src/core/ids.ts";
import { Histogram, latencyBounds } from "../../src/observe/histogram.ts";

const [far, farther] = [newNodeId(), newNodeId()];

function open() {
  let time = 0;
  const told: string[] = [];
  const relays = new InFlight(
    () => time,
    (thrown) => told.push(`thrown ${thrown}`),
    new Histogram(latencyBounds),
  );
  /** One batch with so many relays, each of which says what became of it. */
  const publish = (channel: string, node: typeof far, serial: number, count: number) => {
    const expected = Array.from({ length: count }, (_, index) => ({
      failed: (outcome: string) => told.push(`${channel} ${serial}.${index} ${outcome}`),
      held: 1,
    }));
    const admitted = expected.filter(() => relays.admits(channel, node, 1));
    relays.expect(channel, serial, admitted);
    return admitted.length;
  };
  return { relays, told, publish, at: (now: number) => (time = now) };
}

describe("relays under way", () => {
  test("that have come are forgotten, up to a number", () => {
    const { relays, told, publish } = open();
    for (const serial of [1, 2, 5]) publish("far", far, serial, 1);
    relays.got("far", 2);
    relays.giveUp(() => true);
    expect(told).toEqual(["far 5.0 dropped"]);
  });

  test("that were lost are dropped, those between two numbers", () => {
    const { relays, told, publish } = open();
    for (const serial of [1, 2, 3, 4]) publish("far", far, serial, 2);
    relays.lost("far", 1, 4);
    relays.lost("far", 1, 4);
    expect(told).toEqual(["far 2.0", "far 2.1", "far 3.0", "far 3.1"].map((it) => `${it} dropped`));
  });

  test("that failed over there are told with their outcome, once", () => {
    const { relays, told, publish } = open();
    publish("far", far, 1, 3);
    for (let times = 2; times > 0; times--) relays.failed("far", 1, 1, "absent");
    relays.failed("far", 1, 7, "absent");
    relays.failed("far", 9, 0, "absent");
    relays.failed("nowhere", 1, 0, "absent");
    relays.giveUp(() => true);
    expect(told).toEqual(["far 1.1 absent", "far 1.0 dropped", "far 1.2 dropped"]);
  });

  test("that failed are all told, though a sender throws when it hears of its own", () => {
    const { relays, told } = open();
    const throws = () => {
      throw "boom";
    };
    const failed = (outcome: string) => told.push(outcome);
    for (let left = 2; left > 0; left--) relays.admits("far", far, 1);
    relays.expect("far", 1, [
      { failed: throws, held: 1 },
      { failed, held: 1 },
    ]);
    relays.giveUp(() => true);
    expect(told).toEqual(["thrown boom", "dropped"]);
  });

  test("that reached nobody are dropped, and no others", () => {
    const { relays, told, publish } = open();
    for (const serial of [1, 2, 3]) publish("far", far, serial, 1);
    relays.unpublished("far", 2);
    expect(told).toEqual(["far 2.0 dropped"]);
  });

  test("to a node that is gone are dropped, and those to others are not", () => {
    const { relays, told, publish } = open();
    publish("far", far, 1, 1);
    publish("farther", farther, 1, 1);
    relays.giveUp((_, node) => node === far);
    expect(told).toEqual(["far 1.0 dropped"]);
  });

  test("that nobody answers for are dropped after a time", () => {
    const { relays, told, publish, at } = open();
    publish("far", far, 1, 1);
    at(10);
    publish("far", far, 2, 1);
    relays.expire(10);
    expect(told).toEqual(["far 1.0 dropped"]);
  });

  test("are no more than there is room for, and there is room again when they have come", () => {
    const { relays, publish } = open();
    const first = publish("far", far, 1, 20_000);
    const more = [publish("far", far, 2, 1), publish("farther", farther, 1, 1)];
    relays.got("far", 1);
    expect([first, more, publish("far", far, 3, 20_000)]).toEqual([16_384, [0, 1], 16_384]);
  });

  test("hold no more than there is room for in all", () => {
    const { relays } = open();
    const half = 16_777_216;
    const admitted = [1, 2, 3].map((index) => relays.admits(`${index}`, far, half));
    expect(admitted).toEqual([true, true, false]);
  });
});
