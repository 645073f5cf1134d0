// Each relay is counted once, by what became of it at once; one that fails on its way is counted once more.

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import * as v from "valibot";
import { Hub } from "../../src/core/hub.ts";
import { newNodeId, topicName } from "../../src/core/ids.ts";
import type { LateFailure, Outcome } from "../../src/core/outcome.ts";
import { HubMembers } from "./hub-members.ts";
import { RecordingBus } from "./recording-bus.ts";

const room = topicName("room")!;

/** Receivers, by what becomes of a relay to them at once. */
const receivers = {
  free: "sent",
  far: "sent",
  slow: "queued",
  full: "dropped",
  unreachable: "dropped",
  nobody: "absent",
} as const satisfies Record<string, Outcome>;

type Receiver = keyof typeof receivers;

/** Ann, who sends, and all of these. */
function open() {
  const bus = new RecordingBus();
  const all = new HubMembers({ maxQueuedFrames: 500 }, bus);
  const { peer, member } = all.join("ann");
  for (const name of ["free", "slow", "full"]) all.join(name);
  bus.receiver.remoteJoined(room, "far", "", bus.far);
  bus.receiver.remoteJoined(room, "unreachable", "", newNodeId());
  for (const name of ["slow", "full"]) all.backUp(name);
  while (all.hub.notify(member.topic, "full", "fills it") !== "dropped");
  const relayToAny = (to: readonly string[], reference?: string) =>
    all.hub.relayToAny(peer, member.topic, to, "frame", reference);
  return { bus, all, peer, topic: member.topic, relayToAny, hub: all.hub };
}

const outcomes = (counts: Partial<Record<Outcome, number>> = {}) => ({
  sent: 0,
  queued: 0,
  dropped: 0,
  absent: 0,
  forbidden: 0,
  ...counts,
});

const lateFailures = (counts: Partial<Record<LateFailure, number>> = {}) => ({
  dropped: 0,
  absent: 0,
  ...counts,
});

describe("a relay", () => {
  test.each(Object.entries(receivers))("to one who is %s counts once, as %s", (to, outcome) => {
    const { all, hub } = open();
    const given = [all.relay("ann", to, "frame"), all.relay("ann", to, "frame", "m1")];
    expect([given, hub.counts.outcomes, hub.counts.lateFailures]).toEqual([
      [outcome, outcome],
      outcomes({ [outcome]: 2 }),
      lateFailures(),
    ]);
  });

  test.each(["dropped", "absent"] as const)("that is %s on its way counts once more", (why) => {
    const { bus, all, hub } = open();
    for (const reference of ["m1", undefined]) all.relay("ann", "far", "frame", reference);
    for (const { failed } of bus.relays) failed(why);
    expect([hub.counts.outcomes, hub.counts.lateFailures, all.failures]).toEqual([
      outcomes({ sent: 2 }),
      lateFailures({ [why]: 2 }),
      [`ann: m1 ${why}`],
    ]);
  });

  test("counts where its sender cannot be told", () => {
    const { bus, all, hub } = open();
    const { peer } = all.connect();
    const topic = hub.topic("room");
    hub.relay(peer, topic, "nobody", "frame", "m1");
    hub.relay(peer, topic, "far", "frame", "m2");
    bus.relays[0]!.failed("absent");
    expect([hub.counts.outcomes, hub.counts.lateFailures]).toEqual([
      outcomes({ absent: 1, sent: 1 }),
      lateFailures({ absent: 1 }),
    ]);
  });

  test("in a topic that is not there counts as absent", () => {
    const { all, hub } = open();
    hub.relay(all.connect().peer, undefined, "free", "frame");
    expect(hub.counts.outcomes).toEqual(outcomes({ absent: 1 }));
  });

  test("of another node to a member here counts there, and not here", () => {
    const { bus, hub } = open();
    bus.receiver.remoteRelay(room, "free", "frame");
    bus.receiver.remoteRelay(room, "nobody", "frame");
    expect(hub.counts.outcomes).toEqual(outcomes());
  });

  test("counts in its own hub only", () => {
    const { all } = open();
    const other = new Hub<string>(all.node, "other", { info: v.string() });
    all.relay("ann", "nobody", "frame");
    expect(other.counts.outcomes).toEqual(outcomes());
  });
});

test("frames of the server's own, broadcasts and announcements are no relays", () => {
  const { bus, all, peer, topic, hub } = open();
  for (const to of Object.keys(receivers)) hub.notify(topic, to, "frame");
  for (const { failed } of bus.relays) failed("dropped");
  hub.broadcast(peer, topic, "frame");
  all.leave("free");
  expect([hub.counts.outcomes, hub.counts.lateFailures]).toEqual([outcomes(), lateFailures()]);
});

describe("a relay to any of several", () => {
  const table: readonly (readonly [readonly Receiver[], Outcome])[] = [
    [[], "absent"],
    [["nobody"], "absent"],
    [["free"], "sent"],
    [["far"], "sent"],
    [["free", "far"], "sent"],
    [["slow", "free"], "queued"],
    [["free", "slow"], "sent"],
    [["full", "slow"], "queued"],
    [["full", "far"], "sent"],
    [["unreachable", "free"], "sent"],
    [["full", "unreachable"], "dropped"],
    [["nobody", "full"], "dropped"],
    [["full", "nobody"], "dropped"],
    [["nobody", "full", "free", "slow", "far"], "sent"],
  ];

  test.each(table)("of whom there are %p counts once, as %s", (to, outcome) => {
    const { all, relayToAny, hub } = open();
    const given = [relayToAny(to), relayToAny(to, "m1")];
    const isFailed = outcome === "dropped" || outcome === "absent";
    expect([given, hub.counts.outcomes, hub.counts.lateFailures, all.failures]).toEqual([
      [outcome, outcome],
      outcomes({ [outcome]: 2 }),
      lateFailures(),
      isFailed ? [`ann: m1 ${outcome}`] : [],
    ]);
  });

  test("brings the frame to all of them that take it, once each", () => {
    const { bus, all, relayToAny } = open();
    relayToAny(["full", "free", "slow", "far", "nobody"]);
    all.read("slow");
    const heard = all.heard();
    const got = ["free", "slow", "full"].map(
      (name) => heard[name]!.filter((frame) => frame === "frame").length,
    );
    expect([got, bus.relays.map(({ frame }) => frame)]).toEqual([[1, 1, 0], ["frame"]]);
  });

  test("that only one on another node took, and there not, counts once more and is told", () => {
    const { bus, all, relayToAny, hub } = open();
    relayToAny(["full", "far", "nobody"], "m1");
    bus.relays[0]!.failed("absent");
    expect([hub.counts.outcomes, hub.counts.lateFailures, all.failures]).toEqual([
      outcomes({ sent: 1 }),
      lateFailures({ absent: 1 }),
      ["ann: m1 absent"],
    ]);
  });

  test("that one here took is not told to have failed on another node", () => {
    const { bus, all, relayToAny } = open();
    relayToAny(["free", "far"], "m1");
    bus.relays[0]!.failed("dropped");
    expect(all.failures).toEqual([]);
  });
});

test("whatever is relayed and answered, each relay counts once, and its sender is told once at most", () => {
  const here = ["free", "slow", "full", "nobody", "unreachable"] as const;
  const command = fc.oneof(
    fc.record({ to: fc.constantFrom(...here, "far" as const), tell: fc.boolean() }),
    // Those here first, as the protocol has it.
    fc.record({ any: fc.subarray([...here]), far: fc.boolean(), tell: fc.boolean() }),
    fc.record({ answer: fc.nat(9), why: fc.constantFrom("dropped" as const, "absent" as const) }),
  );
  const property = fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
    const { bus, all, relayToAny, hub } = open();
    const [counted, late, told] = [outcomes(), lateFailures(), [] as string[]];
    /** Of relays that are under way: whether a failure counts, and is told. */
    const underway: { readonly counts: boolean; readonly reference: string | undefined }[] = [];
    for (const [index, each] of commands.entries()) {
      if ("answer" in each) {
        const [relay] = bus.relays.splice(each.answer, 1);
        const [passed] = underway.splice(each.answer, 1);
        relay?.failed(each.why);
        if (passed?.counts !== true) continue;
        late[each.why]++;
        const { reference } = passed;
        if (reference !== undefined) told.push(`ann: ${reference} ${each.why}`);
        continue;
      }
      const reference = each.tell ? `${index}` : undefined;
      const to: readonly Receiver[] =
        "to" in each ? [each.to] : [...each.any, ...(each.far ? (["far"] as const) : [])];
      const results = to.map((name) => receivers[name]);
      const arrived = results.find((result) => result === "sent" || result === "queued");
      const outcome = arrived ?? results.find((result) => result === "dropped") ?? "absent";
      counted[outcome]++;
      if (to.includes("far")) {
        const counts = results.indexOf(outcome) === to.indexOf("far");
        underway.push({ counts, reference });
      }
      if (arrived === undefined && reference !== undefined)
        told.push(`ann: ${reference} ${outcome}`);
      const given =
        "to" in each ? all.relay("ann", each.to, "frame", reference) : relayToAny(to, reference);
      expect(given).toBe(outcome);
    }
    expect([hub.counts.outcomes, hub.counts.lateFailures, all.failures]).toEqual([
      counted,
      late,
      told,
    ]);
  });
  fc.assert(property, { numRuns: 200 });
});
