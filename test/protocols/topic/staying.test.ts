// A membership that outlives its connection, on one node.

import { expect, test } from "bun:test";
import { topic } from "../../../src/protocols/topic/routes.ts";
import { FakeServer } from "../../support/fake-server.ts";
import { StayingClient } from "./staying-client.ts";

/** Ann may come back, Bob may not, and both have heard of each other. */
function openPair(limits = {}) {
  const server = new FakeServer([topic], limits);
  const ann = new StayingClient(server);
  const bob = new StayingClient(server, { isPlain: true });
  ann.read();
  return { server, ann, bob };
}

const offer = (to: StayingClient, msgId: string) => ({ type: "offer", to: to.id, msgId });

test("a welcome has a token for who asks for it, and nothing for others", () => {
  const { ann, bob } = openPair();
  expect(ann.welcome).toEqual({
    type: "welcome",
    selfId: expect.any(String),
    resume: expect.any(String),
    resumeSeconds: 30,
  });
  expect(bob.welcome).toEqual({ type: "welcome", selfId: expect.any(String) });
});

test("with --resume-seconds 0 nobody may come back", () => {
  const { ann, bob } = openPair({ resumeSeconds: 0 });
  expect(Object.keys(ann.welcome)).toEqual(["type", "selfId"]);
  ann.cut();
  expect(bob.read()).toEqual([{ type: "peer-left", peerId: ann.id }]);
});

test.each([1000, 1001, 1005])("a client that closes with %p has left at once", (code) => {
  const { ann, bob } = openPair();
  ann.cut(code);
  expect(bob.read()).toEqual([{ type: "peer-left", peerId: ann.id }]);
});

test("who comes back in time was never gone, and gets what it missed in order", () => {
  const { server, ann, bob } = openPair({ resumeSeconds: 5 });
  const { id } = ann;
  ann.cut();
  bob.send(offer(ann, "1"));
  const cid = new StayingClient(server, { isPlain: true });
  bob.send(offer(ann, "2"));
  server.sweep(4);
  ann.resume();
  expect(ann.read()).toEqual([
    {
      type: "welcome",
      selfId: id,
      resume: expect.any(String),
      resumeSeconds: 5,
      resumed: true,
    },
    { type: "offer", from: bob.id, msgId: "1" },
    { type: "peer-joined", peerId: cid.id },
    { type: "offer", from: bob.id, msgId: "2" },
  ]);
  server.sweep(10);
  expect(bob.read()).toEqual([{ type: "peer-joined", peerId: cid.id }]);
  ann.send(offer(bob, "3"));
  bob.send(offer(ann, "4"));
  expect([bob.read(), ann.read()]).toEqual([
    [{ type: "offer", from: id, msgId: "3" }],
    [{ type: "offer", from: bob.id, msgId: "4" }],
  ]);
});

test("who does not come back has left after --resume-seconds, and its token is good for nothing", () => {
  const { server, ann, bob } = openPair();
  const { id } = ann;
  ann.cut();
  server.sweep(29.5);
  expect(bob.read()).toEqual([]);
  server.sweep(1);
  expect(bob.read()).toEqual([{ type: "peer-left", peerId: id }]);
  ann.resume();
  expect(ann.read()[0]).toMatchObject({ resumed: false });
  expect(ann.id).not.toBe(id);
});

test("frames that were sent and not received come again", () => {
  const { ann, bob } = openPair();
  ann.deafen();
  bob.send(offer(ann, "1"));
  ann.read();
  ann.cut();
  bob.send(offer(ann, "2"));
  ann.resume();
  expect(ann.read().slice(1)).toMatchObject([{ msgId: "1" }, { msgId: "2" }]);
});

test("what is not kept any more is missed: there is a fresh list, and then what was waiting", () => {
  const { ann, bob } = openPair();
  ann.deafen();
  for (let n = 0; n < 257; n++) bob.send(offer(ann, `${n}`));
  ann.read();
  ann.cut();
  bob.send(offer(ann, "waiting"));
  ann.resume();
  expect(ann.read()).toMatchObject([
    { type: "welcome", resumed: true, missed: true },
    { type: "peer-list", peers: [{ id: bob.id }] },
    { type: "offer", msgId: "waiting" },
  ]);
});

test.each(["", "-1", "1.5", "x", "4", "1e1", "99999999999999999"])(
  "received=%p is something missed",
  (n) => {
    const { ann } = openPair();
    ann.cut();
    ann.resume({ received: n });
    expect(ann.read()[0]).toMatchObject({ resumed: true, missed: true });
  },
);

test("what finds no room while its receiver is away is dropped, and there is a fresh list", () => {
  const { server, ann, bob } = openPair({ maxQueuedFrames: 2 });
  ann.cut();
  for (const msgId of ["1", "2", "3"]) bob.send(offer(ann, msgId));
  expect(bob.read()).toMatchObject([{ type: "error", code: "dropped", msgId: "3" }]);
  const cid = new StayingClient(server, { isPlain: true });
  ann.resume();
  expect(ann.read()).toMatchObject([
    { type: "welcome" },
    { msgId: "1" },
    { msgId: "2" },
    { type: "peer-list", peers: [{ id: bob.id }, { id: cid.id }] },
  ]);
});

test("a token is good once", () => {
  const { ann } = openPair();
  const used = ann.token;
  ann.cut();
  ann.resume();
  ann.read();
  ann.cut();
  ann.resume({ token: used });
  expect(ann.read()[0]).toMatchObject({ resumed: false });
});

test("a socket that is still open is closed with 4002, and the new one has it all", () => {
  const { ann, bob } = openPair();
  const { id } = ann;
  const before = ann.socket;
  bob.send(offer(ann, "1"));
  ann.resume();
  expect(before.end).toEqual({ code: 4002, reason: "resumed elsewhere" });
  expect(ann.read()).toMatchObject([
    { type: "welcome", selfId: id, resumed: true },
    { msgId: "1" },
  ]);
  expect(bob.read()).toEqual([]);
});

test("a token of another topic is refused, and still good in its own", () => {
  const { ann } = openPair();
  const { id, token } = ann;
  ann.cut();
  ann.resume({ path: "/ws/other" });
  expect(ann.read()[0]).toMatchObject({ resumed: false });
  ann.resume({ token });
  expect(ann.read()[0]).toMatchObject({ selfId: id, resumed: true });
});

test.each(["", "new.", "x", "..", "a.b.c.d", "a".repeat(5000)])("%p is no token", (token) => {
  const { ann } = openPair();
  ann.resume({ token });
  expect(ann.read()[0]).toMatchObject({ resumed: false });
});

test("a client that the server had to close for what it did does not come back", () => {
  const { ann, bob } = openPair();
  ann.send("no JSON");
  expect(bob.read()).toEqual([{ type: "peer-left", peerId: ann.id }]);
  ann.resume();
  expect(ann.read()[0]).toMatchObject({ resumed: false });
});

test("a silent client may come back", () => {
  const { server, ann, bob } = openPair();
  ann.deafen();
  server.sweep(70);
  expect(ann.socket.end).toEqual({ code: 1001, reason: "no sign of life" });
  ann.resume();
  expect(ann.read()[0]).toMatchObject({ resumed: true });
  expect(bob.read()).toEqual([]);
});

test("in a large topic, who may come back gets copies that count", () => {
  const { server, ann } = openPair();
  const others = Array.from({ length: 100 }, () => new StayingClient(server, { isPlain: true }));
  ann.read();
  ann.cut();
  others[0]?.cut(1000);
  ann.resume();
  server.endTick();
  expect(ann.read()).toEqual([
    expect.objectContaining({ resumed: true }),
    { type: "peer-left", peerId: others[0]!.id },
  ]);
});
