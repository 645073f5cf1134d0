import { describe, expect, test } from "bun:test";
import { readSlots, slotOf } from "../../../src/cluster/redis/slots.ts";

// What CLUSTER KEYSLOT of Redis 7.0 says.
test.each([
  ["123456789", 12_739],
  ["signalbox:node:01ARZ3NDEKTSV4RRFFQ69G5FAV", 516],
  ["signalbox:{topic/room}", 14_578],
  ["signalbox:{topic/room}:01ARZ3NDEKTSV4RRFFQ69G5FAV", 14_578],
  ["signalbox:claim:{topic/room}", 14_578],
  ["signalbox:{topic/тема 🚦}", 11_335],
  ["foo{}{bar}", 8363],
  ["foo{{bar}}zap", 4015],
  ["foo{bar", 15_278],
  ["", 0],
])("a name is in the slot that Redis puts it in: %s", (name, slot) => {
  expect(slotOf(name)).toBe(slot);
});

describe("the map of slots", () => {
  const asked = { host: "asked", port: 1 };

  test("says where the master of each range is, and whether one is missing", () => {
    const [near, far] = [
      ["10.0.0.1", 7001, "id", []],
      ["10.0.0.2", 7002, "id", []],
    ];
    const replica = ["10.0.0.3", 7003, "id", []];
    const ranges = [
      [0, 8191, near, replica],
      [8192, 16_382, far],
    ];
    const map = readSlots(ranges, asked);
    const whole = readSlots([...ranges, [16_383, 16_383, near]], asked);
    expect([
      [...map.masters.values()],
      [0, 8191, 8192, 16_383].map((slot) => map.masters.get(map.keys[slot] ?? "")?.port),
      [map.hasGaps, whole.hasGaps],
    ]).toEqual([
      [
        { host: "10.0.0.1", port: 7001 },
        { host: "10.0.0.2", port: 7002 },
      ],
      [7001, 7001, 7002, undefined],
      [true, false],
    ]);
  });

  test("takes who has answered for a master without an address, and leaves out one that is not known", () => {
    const map = readSlots(
      [
        [0, 1, [null, 7001, "id"]],
        [2, 3, ["", 7002, "id"]],
        [4, 5, ["?", 7003, "id"]],
      ],
      asked,
    );
    expect([[...map.masters.values()], map.keys.indexOf(undefined)]).toEqual([
      [{ host: "asked", port: 7001 }],
      2,
    ]);
  });

  test.each([[null], ["x"], [[]], [[null]], [[[0, 1]]]])(
    "is empty where there is none: %j",
    (reply) => {
      expect(readSlots(reply, asked).hasGaps).toBe(true);
    },
  );
});
