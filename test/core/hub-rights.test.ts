// What the rights of a token allow at each relay and broadcast, to members here and on other nodes.

import { describe, expect, test } from "bun:test";
import { topicName } from "../../src/core/ids.ts";
import type { Outcome } from "../../src/core/outcome.ts";
import type { Rights } from "../../src/core/rights.ts";
import { HubMembers } from "./hub-members.ts";
import { RecordingBus } from "./recording-bus.ts";

const room = topicName("room")!;

const pass = (role?: string, rights?: Rights) => ({
  until: Number.POSITIVE_INFINITY,
  mayJoin: () => true,
  role,
  rights,
});

const nothing: Rights = { maySignal: false, mayBroadcast: false, to: undefined };
const signalOnly: Rights = { ...nothing, maySignal: true };
const broadcastOnly: Rights = { ...nothing, mayBroadcast: true };
const toHosts: Rights = { maySignal: true, mayBroadcast: true, to: new Set(["host"]) };
const toNobody: Rights = { ...toHosts, to: new Set() };

/** Ann, who sends; a host, a viewer and one without a role here, and the same three on another node. */
function open(rights: Rights | undefined, isLarge = false) {
  const bus = new RecordingBus();
  const all = new HubMembers({}, bus);
  if (isLarge) all.crowd();
  for (const role of ["host", "viewer", undefined]) {
    const as = all.connect();
    as.peer.pass = pass(role);
    all.join(role ?? "plain", "room", { as });
    bus.receiver.remoteJoined(room, `far-${role ?? "plain"}`, "", bus.far, role);
  }
  const as = all.connect(() => all.leave("ann"));
  as.peer.pass = pass("viewer", rights);
  as.peer.conversation = {
    failed: (reference, why) => all.failures.push(`ann: ${reference} ${why}`),
  };
  const { member } = all.join("ann", "room", { as });
  all.heard();
  bus.calls.length = 0;
  return { bus, all, member, peer: as.peer };
}

const all = <Each>(count: number, each: Each): readonly Each[] => Array(count).fill(each);

const relays: readonly (readonly [string, Rights | undefined, readonly Outcome[]])[] = [
  ["with no rights of its own", undefined, [...all(6, "sent" as const), "absent"]],
  ["of a holder that may nothing", nothing, all(7, "forbidden")],
  ["of a holder that may broadcast", broadcastOnly, all(7, "forbidden")],
  ["of a holder that may signal", signalOnly, [...all(6, "sent" as const), "absent"]],
  [
    "of a holder that may reach hosts",
    toHosts,
    ["sent", "forbidden", "forbidden", "sent", "forbidden", "forbidden", "absent"],
  ],
  ["of a holder that may reach nobody", toNobody, [...all(6, "forbidden" as const), "absent"]],
];

const everybody = ["host", "viewer", "plain", "far-host", "far-viewer", "far-plain", "nobody"];

describe("a relay", () => {
  test.each(relays)("%s", (_, rights, outcomes) => {
    const { all, bus } = open(rights);
    const given = everybody.map((to) => all.relay("ann", to, `to ${to}`, to));
    expect(given).toEqual([...outcomes]);
    // Who is not allowed is told so by the same way as of any failure, and its frames are nowhere.
    const reached = everybody.filter((_, at) => outcomes[at] === "sent");
    expect(all.failures).toEqual(
      everybody.flatMap((to, at) =>
        outcomes[at] === "sent" ? [] : [`ann: ${to} ${outcomes[at]}`],
      ),
    );
    const heard = Object.values(all.heard())
      .flat()
      .filter((text) => text.startsWith("to "));
    const passed = bus.calls.filter((call) => call.startsWith("relay"));
    expect([...heard, ...passed]).toEqual(
      reached.map((to) => (to.startsWith("far-") ? `relay room ${to} to ${to}` : `to ${to}`)),
    );
  });

  test("to oneself is no signal", () => {
    const { all } = open(nothing);
    expect([all.relay("ann", "ann", "echo"), all.heard()["ann"]!.at(-1)]).toEqual(["sent", "echo"]);
  });

  test("that is forbidden is counted so, and costs its sender like any other", () => {
    const { all, peer } = open(nothing);
    const charged: number[] = [];
    peer.charge = (copies) => charged.push(copies);
    all.relay("ann", "host", "frame");
    expect([all.hub.counts.outcomes.forbidden, charged]).toEqual([1, [1]]);
  });

  test("to any of several reaches those that it may, and fails only if there is none", () => {
    const { all, member, peer } = open(toHosts);
    const relay = (...to: readonly string[]) =>
      all.hub.relayToAny(peer, member.topic, to, "frame", to.join());
    expect([
      relay("viewer", "host", "far-viewer"),
      relay("viewer", "far-plain"),
      relay("viewer", "nobody"),
      relay("nobody"),
      relay(),
    ]).toEqual(["sent", "forbidden", "forbidden", "absent", "absent"]);
    expect(all.heard()["host"]!.filter((text) => text === "frame")).toEqual(["frame"]);
    expect(all.heard()["viewer"]!.filter((text) => text === "frame")).toEqual([]);
  });

  test("to any of several by one who may not signal tells nothing of who is there", () => {
    const { all, member, peer } = open(broadcastOnly);
    for (const to of [[], ["nobody"], ["host"]])
      expect(all.hub.relayToAny(peer, member.topic, to, "frame")).toBe("forbidden");
  });

  test("follows the token that a peer has by now", () => {
    const { all, peer } = open(nothing);
    expect(all.relay("ann", "host", "frame")).toBe("forbidden");
    peer.pass = pass("viewer");
    expect(all.relay("ann", "host", "frame")).toBe("sent");
  });
});

describe.each([
  ["a small topic", false],
  ["a topic with a native channel", true],
])("a broadcast in %s", (_, isLarge) => {
  test.each([
    ["with no rights of its own", undefined, ["host", "viewer", "plain"], ""],
    ["of a holder that may broadcast", broadcastOnly, ["host", "viewer", "plain"], ""],
    ["of a holder that may reach hosts", toHosts, ["host"], " to host"],
    ["of a holder that may reach nobody", toNobody, [], " to "],
  ])("%s", (_name, rights, reached, to) => {
    const { all, bus, member, peer } = open(rights, isLarge);
    expect(all.hub.broadcast(peer, member.topic, "news", member)).toBe("sent");
    const heard = Object.entries(all.heard()).filter(([, texts]) => texts.includes("news"));
    expect(heard.map(([name]) => name)).toEqual(reached);
    expect(bus.calls).toEqual([`broadcast room news${to}`]);
  });

  test.each([
    ["may nothing", nothing],
    ["may signal", signalOnly],
  ])("of a holder that %s is forbidden", (_name, rights) => {
    const { all, bus, member, peer } = open(rights, isLarge);
    expect(all.hub.broadcast(peer, member.topic, "news")).toBe("forbidden");
    expect(all.hub.broadcast(peer, undefined, "news")).toBe("forbidden");
    expect(Object.values(all.heard()).flat()).not.toContain("news");
    expect([bus.calls, all.hub.broadcasts.forbidden]).toEqual([[], 2]);
  });

  test("from another node reaches the roles that it names", () => {
    const { all, bus } = open(undefined, isLarge);
    bus.receiver.remoteBroadcast(room, "for hosts", new Set(["host"]));
    bus.receiver.remoteBroadcast(room, "for nobody", new Set());
    const heard = Object.entries(all.heard()).filter(([, texts]) =>
      texts.some((text) => text.startsWith("for ")),
    );
    expect(heard.map(([name]) => name)).toEqual(["host"]);
  });
});

describe("a role", () => {
  test("is told to other nodes with its member, and again when that changes", () => {
    const { all, bus, member, peer } = open(undefined);
    all.leave("ann");
    all.join("ann", "room", { as: { ...all.connect(), peer } });
    peer.pass = pass("host");
    all.hub.update(all.hub.topic("room")!.members.get("ann") as typeof member, "!");
    expect(bus.calls).toEqual([
      "left room ann",
      "joined room ann  as viewer",
      "updated room ann ! as host",
    ]);
  });

  test.each([[5], [""], ["x".repeat(65)], [{ toString: () => "host" }], [["host"]], [null]])(
    "of another node that cannot be is none: %j",
    (role) => {
      const { all, bus } = open(toHosts);
      bus.receiver.remoteJoined(room, "forged", "", bus.far, role);
      expect(all.relay("ann", "forged", "frame")).toBe("forbidden");
      bus.receiver.remoteUpdated(room, "forged", "", bus.far, "host");
      expect(all.relay("ann", "forged", "frame")).toBe("sent");
      bus.receiver.remoteUpdated(room, "forged", "", bus.far, role);
      expect(all.relay("ann", "forged", "frame")).toBe("forbidden");
    },
  );

  test("moves with its member between nodes", () => {
    const { all, bus } = open(toHosts);
    bus.receiver.remoteJoined(room, "far-host", "", bus.far, "viewer");
    expect(all.relay("ann", "far-host", "frame")).toBe("forbidden");
  });
});
