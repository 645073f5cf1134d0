import { afterEach, describe, expect, setSystemTime, test } from "bun:test";
import { closeReasons } from "../../src/core/close.ts";
import { FakeNode, patient } from "../support/fake-node.ts";
import { endBy } from "../support/fake-socket.ts";

/** Seconds after which everybody has been visited for sure. */
const roundSeconds = 3;

/** Every visit pings. */
const nosy = { ...patient, pingSeconds: 0 };

/** A peer whose outbox is backed up. */
function connectSlow(node: FakeNode) {
  const slow = node.connect();
  slow.socket.stall();
  slow.socket.sendText("unread");
  slow.peer.send("unread too");
  node.endTick();
  return slow;
}

afterEach(() => {
  setSystemTime();
});

describe("a silent peer", () => {
  test("is pinged after pingSeconds, and again as long after that", () => {
    const node = new FakeNode();
    const { socket } = node.connect();
    const pings = [24, roundSeconds, 20, 5 + roundSeconds].map((seconds) => {
      node.sweep(seconds);
      return socket.pings;
    });
    expect([pings, socket.end]).toEqual([[0, 1, 1, 2], undefined]);
  });

  test("is closed after silentSeconds, for the reason that its protocol gives", () => {
    const node = new FakeNode();
    const gone = { name: "gone", code: 4000, reason: "gone" };
    const { peer, socket } = node.connect(undefined, { ...patient, gone });
    node.sweep(59);
    expect(socket.end).toBeUndefined();
    node.sweep(1 + roundSeconds);
    expect([socket.end, peer.ended, node.node.peers.size]).toEqual([endBy(gone), gone, 0]);
  });

  test("is neither pinged nor closed as long as it shows signs of life", () => {
    const node = new FakeNode();
    const { peer, socket } = node.connect();
    for (let seconds = 0; seconds < 200; seconds += 20) {
      node.sweep(20);
      peer.seen();
    }
    expect([socket.pings, socket.end]).toEqual([0, undefined]);
  });
});

describe("a slow peer", () => {
  test("is closed with 1013 after slowPeerSeconds, and not pinged before", () => {
    const node = new FakeNode();
    const { peer, socket } = connectSlow(node);
    node.sweep(29);
    expect([socket.pings, socket.end]).toEqual([0, undefined]);
    peer.seen();
    node.sweep(1 + roundSeconds);
    expect(socket.end).toEqual(endBy(closeReasons.slow));
  });

  test("gets what it left unread and the close once it reads", () => {
    const node = new FakeNode();
    const { socket } = connectSlow(node);
    node.sweep(30 + roundSeconds);
    socket.read();
    expect(socket.received).toEqual(["unread", "unread too"]);
  });

  test("is given slowPeerSeconds anew when it has read what waited", () => {
    const node = new FakeNode({ slowPeerSeconds: 10 });
    const { peer, socket } = connectSlow(node);
    node.sweep(8);
    socket.read();
    socket.stall();
    socket.sendText("unread again");
    peer.send("unread again too");
    node.endTick();
    node.sweep(8);
    expect(socket.end).toBeUndefined();
    node.sweep(2 + roundSeconds);
    expect(socket.end).toEqual(endBy(closeReasons.slow));
  });

  test("is given slowPeerSeconds anew whenever it has read something, though more waits", () => {
    const node = new FakeNode({ slowPeerSeconds: 10 });
    const { peer, socket } = connectSlow(node);
    for (let left = 3; left > 0; left--) peer.send("x".repeat(20_000));
    for (const seconds of [8, 8]) {
      node.sweep(seconds);
      expect([socket.end, peer.outbox.isBackedUp]).toEqual([undefined, true]);
      socket.read(0);
    }
    node.sweep(10 + roundSeconds);
    expect(socket.end).toEqual(endBy(closeReasons.slow));
  });
});

describe("the sweep", () => {
  test.each([
    [1, 2],
    [1, 1.5],
    [2, 2.5],
    [25, 26],
  ])(
    "closes nobody who answers pings, with pings after %d s and silence of %d s",
    (pingSeconds, silentSeconds) => {
      const node = new FakeNode();
      const close = { ...patient, pingSeconds, silentSeconds };
      const clients = Array.from({ length: 40 }, () => node.connect(undefined, close));
      const answered = clients.map(() => 0);
      for (let step = 0; step < 480; step++) {
        node.node.clock.step();
        // The answer to a ping comes a step later.
        for (const [index, { peer, socket }] of clients.entries()) {
          if (socket.pings > answered[index]!) peer.seen();
          answered[index] = socket.pings;
        }
      }
      expect(clients.filter(({ socket }) => socket.end !== undefined)).toEqual([]);
      expect(Math.min(...answered)).toBeGreaterThan(2);
    },
  );

  test.each([1, 7, 8, 9, 100])("visits each of %i peers once a round", (size) => {
    const node = new FakeNode();
    const sockets = Array.from({ length: size }, () => node.connect(undefined, nosy).socket);
    const visits = () => sockets.map(({ pings }) => pings);
    const perStep: number[] = [];
    for (let step = 0; step < 40; step++) {
      const before = visits().reduce((sum, pings) => sum + pings, 0);
      node.node.clock.step();
      const after = visits();
      perStep.push(after.reduce((sum, pings) => sum + pings, 0) - before);
      expect(Math.max(...after) - Math.min(...after)).toBeLessThanOrEqual(1);
    }
    expect(Math.max(...perStep)).toBeLessThanOrEqual(Math.ceil(size / 4));
    expect(Math.min(...visits())).toBeGreaterThanOrEqual(4);
  });

  test("goes on while peers come and go in the middle of it", () => {
    const node = new FakeNode();
    const hasty = { ...patient, pingSeconds: 0, silentSeconds: 5 };
    const others = Array.from({ length: 20 }, () => node.connect(undefined, nosy));
    const closed: string[] = [];
    for (let index = 0; index < 20; index++)
      node.connect(() => {
        closed.push(`${index}`);
        others[index]?.socket.hangUp();
        node.connect(() => closed.push(`successor of ${index}`), hasty);
      }, hasty);
    node.sweep(5 + roundSeconds);
    expect(closed.toSorted()).toEqual(
      Array.from({ length: 20 }, (_, index) => `${index}`).toSorted(),
    );
    node.sweep(5 + roundSeconds);
    expect([closed.length, node.node.peers.size]).toEqual([40, 0]);
  });

  test("takes nobody for silent because the server was suspended", () => {
    const node = new FakeNode();
    const { socket } = node.connect();
    node.sweep(1);
    setSystemTime(Date.now() + 3_600_000);
    node.sweep(roundSeconds);
    expect([socket.pings, socket.end]).toEqual([0, undefined]);
  });

  test("visits everybody else in its round where visits throw, and tells of each", () => {
    const node = new FakeNode();
    const fault = new Error("a fault");
    const fail = (): never => {
      throw fault;
    };
    const peers = Array.from({ length: 80 }, () => node.connect(undefined, nosy));
    for (const [index, { socket }] of peers.entries())
      if (index % 3 === 0) Object.assign(socket, { ping: fail });
    const silent = node.connect(undefined, { ...nosy, silentSeconds: 0 });
    Object.assign(silent.socket, { close: fail });
    node.sweep(9 * 0.25);
    const pinged = peers.filter(({ socket }) => socket.pings > 0);
    expect([pinged.length, new Set(node.faults)]).toEqual([80 - 27, new Set([fault])]);
    expect(node.faults.length).toBeGreaterThanOrEqual(27 + 1);
  });
});
