import { describe, expect, test } from "bun:test";
import { closeReasons } from "../../src/core/close.ts";
import { closeAll } from "../../src/core/drain.ts";
import { FakeNode } from "../support/fake-node.ts";
import type { FakeSocket } from "../support/fake-socket.ts";

/** Closes so many peers, and tells how many were left and how long was waited, at each wait. */
async function drain(size: number, seconds: number, whileWaiting: (node: FakeNode) => void) {
  const node = new FakeNode();
  const { peers } = node.node;
  const sockets = Array.from({ length: size }, () => node.connect().socket);
  const waits: [left: number, ms: number][] = [];
  const wait = async (ms: number): Promise<void> => {
    waits.push([peers.size, ms]);
    whileWaiting(node);
  };
  await closeAll(peers, seconds, wait, () => 0.5);
  const ends = new Set(sockets.map(({ end }) => end?.code));
  return { waits, ends: [...ends], left: peers.size };
}

const rest = () => undefined;
const restarted = { ends: [closeReasons.restart.code], left: 0 };

test("nobody connected: nothing is waited for", async () => {
  expect(await drain(0, 10, rest)).toEqual({ waits: [], ends: [], left: 0 });
});

test("few peers are closed at once, whatever the time that there is", async () => {
  expect(await drain(100, 60, rest)).toEqual({ waits: [], ...restarted });
});

test("a thousand peers a second are closed where there is time for it", async () => {
  expect(await drain(250, 60, rest)).toEqual({
    waits: [
      [150, 100],
      [50, 100],
    ],
    ...restarted,
  });
});

test("more are closed at a time where there is less", async () => {
  const { waits, ...rests } = await drain(1000, 0.3, rest);
  expect([waits.map(([left]) => left), rests]).toEqual([[666, 332], restarted]);
});

test("no time at all: everybody is closed at once", async () => {
  expect(await drain(3000, 0, rest)).toEqual({ waits: [], ...restarted });
});

test("those that connect meanwhile are closed too", async () => {
  let late = 5;
  const { waits, left } = await drain(101, 10, (node) => {
    for (; late > 0; late--) node.connect();
  });
  expect([waits.length, left]).toEqual([1, 0]);
});

test("without a wait of its own it takes the time that it has", async () => {
  const node = new FakeNode();
  for (let index = 0; index < 101; index++) node.connect();
  await closeAll(node.node.peers, 10);
  expect(node.node.peers.size).toBe(0);
});

test("the times between are uneven, and so is the order", async () => {
  const node = new FakeNode();
  const sockets = Array.from({ length: 300 }, () => node.connect().socket);
  const waits: number[] = [];
  let draws = 0;
  const random = () => (draws++ % 10) / 10;
  const wait = async (ms: number): Promise<void> => {
    if (waits.push(ms) > 1) return;
    const closed = sockets.map(({ end }) => end !== undefined);
    expect(closed.slice(0, 100)).toContain(false);
    expect(closed.slice(100)).toContain(true);
  };
  await closeAll(node.node.peers, 60, wait, random);
  expect(new Set(waits).size).toBe(2);
  expect(waits.every((ms) => ms >= 50 && ms <= 150)).toBe(true);
});

describe("a peer that is behind with reading", () => {
  /** Ends a node with a peer that has more than its socket takes. @returns how often was waited, and its end */
  async function drainBehind(seconds: number, whileWaiting: (socket: FakeSocket) => void) {
    const node = new FakeNode();
    const { peer, socket } = node.connect();
    socket.stall();
    for (let n = 0; n < 20; n++) {
      peer.send(`${n}`);
      node.endTick();
    }
    let waits = 0;
    await closeAll(node.node.peers, seconds, async () => {
      waits++;
      whileWaiting(socket);
    });
    return { waits, end: socket.end, ended: peer.ended, read: socket.received.length };
  }

  test("is cut off after half of the time if it reads nothing", async () => {
    expect(await drainBehind(4, rest)).toEqual({
      waits: 20,
      end: { code: 1006, reason: "" },
      ended: closeReasons.restart,
      read: 0,
    });
  });

  test("is waited for as long as it reads, and gets its Close frame", async () => {
    const { waits, end, read } = await drainBehind(1, (socket) => socket.readSome(1));
    const { code, reason } = closeReasons.restart;
    expect([waits > 5, end, read]).toEqual([true, { code, reason }, 20]);
  });

  test("is not waited for where there is no time at all", async () => {
    expect(await drainBehind(0, rest)).toMatchObject({ waits: 1, ended: closeReasons.restart });
  });
});
