// What needs a clock, or a peer that does not read: the rest is asked of the server itself, in e2e/wire.

import { describe, expect, test } from "bun:test";
import { peerjs } from "../../../src/protocols/peerjs/routes.ts";
import { type FakeClient, FakeServer } from "../../support/fake-server.ts";

const open = '{"type":"OPEN"}';

const pathOf = (id: string, token = "t"): string => `/peerjs?key=peerjs&id=${id}&token=${token}`;

/** Registers an id, and reads OPEN. */
function register(server: FakeServer, id: string): FakeClient {
  const client = server.open(pathOf(id));
  expect(client.reads()).toEqual([open]);
  return client;
}

const offer = (dst: string, payload: unknown = 1) => ({ type: "OFFER", dst, payload });
const offered = (src: string, dst: string, payload: unknown = 1): string =>
  JSON.stringify({ type: "OFFER", src, dst, payload });
const expired = (src: string, dst: string): string => JSON.stringify({ type: "EXPIRE", src, dst });

describe("somebody who is missing", () => {
  test("is waited for five seconds, and then said to be missing", () => {
    const server = new FakeServer([peerjs]);
    const ann = register(server, "ann");
    ann.send(offer("cid"));
    server.sweep(5);
    expect(ann.reads()).toEqual([]);
    server.sweep(0.25);
    expect(ann.reads()).toEqual([expired("cid", "ann")]);
  });

  test("is not said to be so to whoever has left, nor to a stranger to the call", () => {
    const server = new FakeServer([peerjs]);
    const [ann, bob] = [register(server, "ann"), register(server, "bob")];
    ann.send(offer("cid"));
    ann.socket.hangUp();
    server.sweep(6);
    expect(bob.reads()).toEqual([]);
  });

  test("is said to be so at once, when there is no room to wait", () => {
    const server = new FakeServer([peerjs]);
    const ann = register(server, "ann");
    const long = "x".repeat(100_000);
    for (let index = 0; index < 7; index++) ann.send(offer("cid", long));
    expect(ann.reads()).toEqual([]);
    ann.send(offer("dan", long));
    ann.send(offer("cid", long));
    ann.send(offer("cid", long));
    expect(ann.reads()).toEqual([expired("dan", "ann"), expired("cid", "ann")]);
    const cid = server.open(pathOf("cid"));
    expect(cid.reads()).toHaveLength(1 + 7);
    ann.send(offer("dan", long));
    expect(ann.reads()).toEqual([]);
  });
});

test("a LEAVE that finds the queue of a peer full is lost in silence", () => {
  const server = new FakeServer([peerjs], { maxQueuedFrames: 1 });
  const [ann, bob] = [register(server, "ann"), register(server, "bob")];
  bob.socket.stall();
  for (const payload of [1, 2]) {
    ann.send(offer("bob", payload));
    server.endTick();
  }
  ann.send({ type: "LEAVE", dst: "bob" });
  expect(ann.reads()).toEqual([]);
  ann.send(offer("bob"));
  expect(ann.reads()).toEqual([expired("bob", "ann")]);
});

test("the newest socket with the token of an id has it, and the end of older ones changes nothing", () => {
  const server = new FakeServer([peerjs]);
  const ann = register(server, "ann");
  const sockets = [1, 2, 3].map(() => register(server, "bob"));
  ann.send(offer("bob"));
  expect(sockets.map((socket) => [socket.socket.end, socket.reads()])).toEqual([
    [{ code: 4000, reason: "another socket has taken over this id" }, []],
    [{ code: 4000, reason: "another socket has taken over this id" }, []],
    [undefined, [offered("ann", "bob")]],
  ]);
});
