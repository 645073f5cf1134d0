import { describe, expect, test } from "bun:test";
import { memberId, newNodeId, topicName } from "../../src/core/ids.ts";
import { OneNode } from "../../src/core/one-node.ts";

function open() {
  const faults: unknown[] = [];
  const bus = new OneNode((thrown) => faults.push(thrown));
  return { bus, faults };
}

const room = topicName("room")!;
const wrong = new Error("wrong");

describe("one node alone", () => {
  test("can be reached, and knows of no others", () => {
    const { bus } = open();
    expect([bus.isReachable, [...bus.others]]).toEqual([true, []]);
  });

  test("has nobody to tell or to wait for: what is for another node is dropped", () => {
    const link = open().bus.link();
    const failed: string[] = [];
    const relay = {
      to: memberId("bob"),
      frame: "frame",
      failed: (why: string) => failed.push(why),
      held: 0,
    };
    link.open(room);
    link.joined(room, memberId("ann"), null);
    link.updated(room, memberId("ann"), null);
    link.broadcast(room, "frame");
    link.left(room, memberId("ann"));
    link.close(room);
    expect([
      link.isAlone,
      link.known(room),
      link.relay(room, newNodeId(), relay),
      failed,
      link.claim(room, "proof"),
    ]).toEqual([true, undefined, "dropped", [], { since: expect.any(Number) }]);
  });

  test("grants every claim, in microseconds since 1970", () => {
    const before = Date.now() * 1000;
    const claim = open().bus.link().claim(room, "proof");
    expect(claim).toEqual({ since: expect.any(Number) });
    const { since } = claim as { readonly since: number };
    expect([since >= before, since <= Date.now() * 1000]).toEqual([true, true]);
  });
});

describe("a question to all nodes", () => {
  test("is answered by this one, at once or later", async () => {
    const { bus } = open();
    bus.onQuestion("count", (question) => ({ question, answer: 1 }));
    bus.onQuestion("later", async () => 2);
    expect(await Promise.all([bus.ask("count", "how many"), bus.ask("later", null)])).toEqual([
      { answers: new Map([[bus.node, { question: "how many", answer: 1 }]]), missing: [] },
      { answers: new Map([[bus.node, 2]]), missing: [] },
    ]);
  });

  test.each([
    [
      "throws",
      () => {
        throw wrong;
      },
    ],
    ["rejects", () => Promise.reject(wrong)],
  ])("whose handler %s counts this node as missing, and is told once", async (_how, answer) => {
    const { bus, faults } = open();
    bus.onQuestion("count", answer);
    expect([await bus.ask("count", null), faults]).toEqual([
      { answers: new Map(), missing: [bus.node] },
      [wrong],
    ]);
  });

  test("of a kind that nobody answers counts this node as missing", async () => {
    const { bus, faults } = open();
    bus.onQuestion("count", () => 1);
    for (const kind of ["other", "toString", "__proto__", ""])
      expect(await bus.ask(kind, null)).toEqual({ answers: new Map(), missing: [bus.node] });
    expect(faults).toEqual([]);
  });
});

describe("an order", () => {
  test("to all or to this node is obeyed, and one to another node is not", () => {
    const { bus, faults } = open();
    const obeyed: unknown[] = [];
    bus.onOrder("close", (order) => obeyed.push(order));
    bus.tell("all", "close", 1);
    bus.tell(bus.node, "close", 2);
    bus.tell(newNodeId(), "close", 3);
    bus.tell("all", "open", 4);
    expect([obeyed, faults]).toEqual([[1, 2], []]);
  });

  test("whose handler throws is told, and its sender does not notice", () => {
    const { bus, faults } = open();
    bus.onOrder("close", () => {
      throw wrong;
    });
    bus.tell("all", "close", 1);
    expect(faults).toEqual([wrong]);
  });
});
