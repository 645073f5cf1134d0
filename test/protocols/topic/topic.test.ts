import { describe, expect, test } from "bun:test";
import { topic } from "../../../src/protocols/topic/routes.ts";
import { FakeServer } from "../../support/fake-server.ts";
import { NamedClients } from "../named-clients.ts";

function open(limits = {}) {
  const server = new FakeServer([topic], limits);
  const clients = new NamedClients();
  return { server, clients };
}

/** Two in one topic, of whom the first has heard that the second is there. */
function openPair(limits = {}) {
  const { server, clients } = open(limits);
  const ann = clients.join("ann", server);
  const bob = clients.join("bob", server);
  clients.heard();
  return { server, clients, ann, bob };
}

const malformed = { code: 1007, reason: "failed to unmarshal JSON" };

describe("the path", () => {
  test.each([
    ["/ws/room", "upgrade"],
    ["/ws/%2F%20%F0%9F%90%99?metadata=null", "upgrade"],
    [`/ws/${"a".repeat(255)}`, "upgrade"],
    [`/ws/${"a".repeat(256)}`, 400],
    [`/ws/${"%C3%A9".repeat(128)}`, 400],
    ["/ws/%FF", 400],
    ["/ws/%", 400],
    ["/ws", undefined],
    ["/ws/", undefined],
    ["/ws/a/b", undefined],
    ["/other/ws/a", undefined],
  ] as const)("%s", (path, reply) => {
    expect<unknown>(open().server.upgrade(path)).toBe(reply);
  });

  test.each([
    ['{"name":"ann"}', "upgrade"],
    ["1", "upgrade"],
    [`"${"a".repeat(4094)}"`, "upgrade"],
    [`"${"a".repeat(4095)}"`, 400],
    [`"${"é".repeat(2048)}"`, 400],
    ["{name:1}", 400],
    ["", 400],
  ] as const)("with the metadata %p", (metadata, reply) => {
    const path = `/ws/room?metadata=${encodeURIComponent(metadata)}`;
    expect<unknown>(open().server.upgrade(path)).toBe(reply);
  });

  test("names the topic, however it is encoded", () => {
    const { server, clients } = open();
    clients.join("ann", server, "/ws/%61");
    clients.join("bob", server, "/ws/a");
    clients.join("cid", server, "/ws/A");
    expect(clients.heard()["ann"]?.slice(2)).toEqual([{ type: "peer-joined", peerId: "bob" }]);
  });
});

describe("a topic", () => {
  test("gives ids that sort by the order of joining", () => {
    const { server, clients } = open();
    const names = Array.from({ length: 30 }, (_, index) => `peer ${index}`);
    for (const name of names) clients.join(name, server);
    const ids = names.map((name) => clients.id(name));
    expect(ids).toEqual(ids.toSorted());
    expect(ids.every((id) => /^[0-9A-Z]{26}$/.test(id))).toBe(true);
  });

  test("that is full closes a newcomer with 1013, and nobody else hears of it", () => {
    const { server, clients } = openPair({ maxTopicMembers: 2 });
    const cid = server.open("/ws/room");
    expect([cid.socket.received, cid.socket.end, clients.heard(), server.node.peers.size]).toEqual([
      [],
      { code: 1013, reason: "topic full" },
      { ann: [], bob: [] },
      2,
    ]);
  });
});

describe("a signal", () => {
  test("leaves out what its sender left out, and keeps null", () => {
    const { clients, ann } = openPair();
    const heard = clients.after(() => {
      const to = clients.id("bob");
      ann.send({ type: "offer", to });
      ann.send({ type: "offer", to, payload: null, msgId: "" });
      ann.send({ type: "offer", to, payload: "", msgId: '"\n' });
      ann.send({ type: "offer", to, msgId: null });
    });
    const offer = { type: "offer", from: "ann" };
    expect(heard["bob"]).toEqual([
      offer,
      { ...offer, payload: null },
      { ...offer, payload: "", msgId: '"\n' },
      offer,
    ]);
  });

  test("to oneself comes back", () => {
    const { clients, ann } = openPair();
    expect(clients.after(() => ann.send({ type: "answer", to: clients.id("ann") }))).toEqual({
      ann: [{ type: "answer", from: "ann" }],
      bob: [],
    });
  });

  test("that cannot be passed on is answered, and the socket stays open", () => {
    const { server, clients, ann } = openPair();
    clients.join("cid", server, "/ws/elsewhere");
    const wrong = [
      [{}, "invalid_type", "unknown message type"],
      [null, "invalid_type", "unknown message type"],
      [" \tnull\r\n", "invalid_type", "unknown message type"],
      [{ type: null }, "invalid_type", "unknown message type"],
      [{ type: "Offer", to: "" }, "invalid_type", "unknown message type"],
      [
        { type: "peer-left", peerId: "x", to: clients.id("bob") },
        "invalid_type",
        "unknown message type",
      ],
      [{ type: "offer" }, "missing_target", "to field required"],
      [{ type: "offer", to: "" }, "missing_target", "to field required"],
      [{ type: "offer", to: null }, "missing_target", "to field required"],
      [{ type: "offer", to: "nobody" }, "target_not_found", "peer not found"],
      [{ type: "offer", to: clients.id("cid") }, "target_not_found", "peer not found"],
    ] as const;
    const heard = clients.after(() => {
      for (const [message] of wrong) ann.send(message);
      ann.send({ type: "ping", msgId: "m1" });
    });
    expect(heard).toEqual({
      ann: [
        ...wrong.map(([, code, message]) => ({ type: "error", code, message })),
        { type: "error", code: "invalid_type", message: "unknown message type", msgId: "m1" },
      ],
      bob: [],
      cid: [],
    });
  });

  test.each([
    "",
    "hello",
    "[]",
    '"offer"',
    "1",
    '{"type":"offer"',
    '{"type":1}',
    '{"type":"offer","to":5}',
    '{"type":"offer","to":"x","msgId":5}',
    '{"type":"offer","to":["x"]}',
    "nullx",
  ])("that is %p closes the socket with 1007", (text) => {
    const { clients, ann } = openPair();
    expect([clients.after(() => ann.send(text)), ann.socket.end]).toEqual([
      { ann: [], bob: [{ type: "peer-left", peerId: "ann" }] },
      malformed,
    ]);
  });
});
