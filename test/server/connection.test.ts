// A connection whose opening or conversation waits for something, on a fake socket.

import { describe, expect, test } from "bun:test";
import { closeReasons } from "../../src/core/close.ts";
import { Traffic } from "../../src/core/traffic.ts";
import type { Conversation, Opening } from "../../src/protocols/protocol.ts";
import { Connection } from "../../src/server/connection.ts";
import type { ConnectionContext } from "../../src/server/connection-context.ts";
import { FakeNode, type FakePeer, patient, roomy } from "../support/fake-node.ts";
import { endBy } from "../support/fake-socket.ts";

/** Writes down what it gets; "wait" lets it wait, and a step of its own is written when that is over. */
class Diary implements Conversation {
  readonly entries: string[] = [];
  /** What it waits for, oldest first. */
  readonly waits: PromiseWithResolvers<() => void>[] = [];

  receive(text: string): void | Promise<() => void> {
    this.entries.push(text);
    if (text !== "wait") return;
    const wait = Promise.withResolvers<() => void>();
    this.waits.push(wait);
    return wait.promise;
  }

  closed(): void {
    this.entries.push("closed");
  }

  /** What it waits for has come. */
  async goOn(): Promise<void> {
    this.waits.shift()?.resolve(() => this.entries.push("gone on"));
    await settled();
  }
}

/** All promises that can be, are settled. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Opened extends FakePeer {
  readonly connection: Connection;
  readonly faults: readonly unknown[];
}

/** What is the same for all connections here, where a test does not say otherwise. */
const usual = {
  protocol: "diary",
  patience: patient,
  traffic: new Traffic(),
  maxFrameBytes: 1000,
  awaitsKeys: () => false,
};

function open(opening: Opening, limits = roomy, own: Partial<ConnectionContext> = {}): Opened {
  const faults: unknown[] = [];
  const fault = (thrown: unknown, number: number) => {
    faults.push([thrown, number]);
  };
  const fake = new FakeNode(limits);
  const { clock, work } = fake.node;
  const held = { length: 0 };
  const connection = new Connection(
    { ...usual, limits, clock, work, held, fault, ...own },
    opening,
    "/diary",
    7,
  );
  const client = fake.connect((code) => connection.closed(code));
  connection.open(client.peer);
  return { ...client, connection, faults };
}

test("what an opening sends leaves in one write, before the tick ends", () => {
  const { socket } = open((peer) => {
    for (const frame of ["welcome", "list"]) peer.send(frame);
    return new Diary();
  });
  expect([socket.received, socket.writes]).toEqual([["welcome", "list"], 1]);
});

describe("a conversation that waits", () => {
  test("gets what was said meanwhile afterwards, in order", async () => {
    const diary = new Diary();
    const { connection } = open(() => diary);
    for (const text of ["wait", "a", "b"]) connection.message(text);
    expect(diary.entries).toEqual(["wait"]);
    await diary.goOn();
    connection.message("c");
    expect(diary.entries).toEqual(["wait", "gone on", "a", "b", "c"]);
  });

  test("may wait again at what was said meanwhile", async () => {
    const diary = new Diary();
    const { connection } = open(() => diary);
    for (const text of ["wait", "a", "wait", "b"]) connection.message(text);
    await diary.goOn();
    connection.message("c");
    expect(diary.entries).toEqual(["wait", "gone on", "a", "wait"]);
    await diary.goOn();
    expect(diary.entries).toEqual(["wait", "gone on", "a", "wait", "gone on", "b", "c"]);
  });

  test("gets what was said before the client has closed the socket, and only then the end", async () => {
    const diary = new Diary();
    const { connection, socket } = open(() => diary);
    for (const text of ["wait", "a", "wait", "b"]) connection.message(text);
    socket.hangUp();
    await diary.goOn();
    expect(diary.entries).toEqual(["wait", "gone on", "a", "wait"]);
    await diary.goOn();
    expect(diary.entries).toEqual(["wait", "gone on", "a", "wait", "gone on", "b", "closed"]);
  });

  test("does not go on once the server has closed the socket", async () => {
    const diary = new Diary();
    const { connection, peer } = open(() => diary);
    for (const text of ["wait", "a"]) connection.message(text);
    peer.close(closeReasons.restart);
    await diary.goOn();
    expect(diary.entries).toEqual(["wait", "closed"]);
  });

  test("ends where what it waits for fails after the client has closed the socket", async () => {
    const diary = new Diary();
    const { connection, socket, faults } = open(() => diary);
    for (const text of ["wait", "a"]) connection.message(text);
    socket.hangUp();
    diary.waits[0]?.reject(new Error("wrong"));
    await settled();
    expect([diary.entries, faults.length]).toEqual([["wait", "closed"], 1]);
  });

  test.each([
    ["frames", { ...roomy, maxQueuedFrames: 2 }],
    ["bytes", { ...roomy, maxQueuedBytes: 10 }],
  ])("keeps no more %s than an outbox", (_what, limits) => {
    const diary = new Diary();
    const { connection, socket } = open(() => diary, limits, { maxFrameBytes: 10 });
    for (const text of ["wait", "12345", "67890"]) connection.message(text);
    expect(socket.end).toBeUndefined();
    connection.message("1");
    expect(socket.end).toEqual(endBy(closeReasons.backlogFull));
  });

  test("keeps one message of any length, however few bytes an outbox may keep", async () => {
    const diary = new Diary();
    const { connection, socket } = open(() => diary, { ...roomy, maxQueuedBytes: 10 });
    for (const text of ["wait", "x".repeat(1000)]) connection.message(text);
    await diary.goOn();
    expect([diary.entries.length, socket.end]).toEqual([3, undefined]);
  });

  test("that fails closes its own socket, and says so to the server", async () => {
    const diary = new Diary();
    const { connection, socket, faults } = open(() => diary);
    connection.message("wait");
    const wrong = new Error("wrong");
    diary.waits[0]?.reject(wrong);
    await settled();
    expect(faults).toEqual([[wrong, 7]]);
    expect(socket.end).toEqual(endBy(closeReasons.fault));
  });
});

describe("an opening that waits", () => {
  test("begins when that is over, and gets what was said meanwhile", async () => {
    const diary = new Diary();
    const verified = Promise.withResolvers<Opening>();
    const { connection } = open(() => verified.promise);
    connection.message("a");
    verified.resolve(() => diary);
    await settled();
    connection.message("b");
    expect(diary.entries).toEqual(["a", "b"]);
  });

  test("refuses then, too", async () => {
    const { connection, socket } = open(async () => () => closeReasons.topicFull);
    connection.message("a");
    await settled();
    expect(socket.end).toEqual(endBy(closeReasons.topicFull));
  });

  test("begins nothing for a socket that is closed by then", async () => {
    let begun = 0;
    const verified = Promise.withResolvers<Opening>();
    const { socket } = open(() => verified.promise);
    socket.hangUp();
    verified.resolve(() => {
      begun++;
      return new Diary();
    });
    await settled();
    expect(begun).toBe(0);
  });
});

describe("a client whose token waits for keys", () => {
  const pass = { until: Number.POSITIVE_INFINITY, mayJoin: () => true };

  test.each([
    ["bytes", 8, "x".repeat(1024)],
    ["messages", 64, "x"],
  ])("may queue only so many %s", (_what, fits, text) => {
    const { connection, socket } = open(() => new Promise(() => undefined), roomy, {
      awaitsKeys: () => true,
      maxFrameBytes: 10_000,
    });
    for (let sent = 0; sent < fits; sent++) connection.message(text);
    expect(socket.end).toBeUndefined();
    connection.message("x");
    expect(socket.end).toEqual(endBy(closeReasons.backlogFull));
  });

  test("may queue as much as others once it is let in, and waits for something else", async () => {
    const diary = new Diary();
    const verified = Promise.withResolvers<Opening>();
    const known = Promise.withResolvers<Opening>();
    const { connection, peer, socket } = open(() => verified.promise, roomy, {
      awaitsKeys: () => true,
      maxFrameBytes: 10_000,
    });
    verified.resolve(() => {
      peer.pass = pass;
      return known.promise;
    });
    await settled();
    connection.message("x".repeat(9000));
    known.resolve(() => diary);
    await settled();
    expect([diary.entries.length, socket.end]).toEqual([1, undefined]);
  });
});

describe("a message", () => {
  test("in bytes is a text like any other, if it is UTF-8", () => {
    const diary = new Diary();
    const { connection, socket } = open(() => diary);
    for (const message of ["é", Buffer.from("€ 🐙"), Buffer.from("")]) connection.message(message);
    expect([diary.entries, socket.end]).toEqual([["é", "€ 🐙", ""], undefined]);
  });

  test("in other bytes ends its own socket, and is seen by no conversation", () => {
    const diary = new Diary();
    const { connection, socket } = open(() => diary);
    connection.message(Buffer.from([0xff]));
    expect([diary.entries, socket.end]).toEqual([["closed"], endBy(closeReasons.notUtf8)]);
  });

  test.each([
    ["x", 1],
    ["é", 2],
    ["€", 3],
    ["🐙", 4],
  ])("of %j has up to as many bytes as its protocol allows", (filler, bytes) => {
    const maxFrameBytes = 12 * bytes;
    for (const make of [(text: string) => text, Buffer.from]) {
      const told: number[] = [];
      const diary = Object.assign(new Diary(), { tooLarge: (max: number) => told.push(max) });
      const { connection, socket } = open(() => diary, roomy, { maxFrameBytes });
      connection.message(make(filler.repeat(12)));
      expect([diary.entries.length, told, socket.end]).toEqual([1, [], undefined]);
      connection.message(make(`${filler.repeat(12)}x`));
      expect([diary.entries.slice(1), told, socket.end]).toEqual([
        ["closed"],
        [maxFrameBytes],
        endBy(closeReasons.tooLarge),
      ]);
    }
  });

  test("that is too large closes a socket whose conversation has not begun, or has no words for it", () => {
    for (const opening of [() => new Diary(), () => new Promise<Opening>(() => undefined)]) {
      const { connection, socket, faults } = open(opening);
      connection.message("x".repeat(1001));
      expect([socket.end, faults]).toEqual([endBy(closeReasons.tooLarge), []]);
    }
  });

  test("is a sign of life, whatever it says", () => {
    const fake = new FakeNode();
    const { limits, clock, work } = fake.node;
    const held = { length: 0 };
    const fault = (): void => undefined;
    const connection = new Connection(
      { ...usual, limits, clock, work, held, fault },
      () => new Diary(),
      "/diary",
      7,
    );
    const { peer } = fake.connect();
    connection.open(peer);
    fake.sweep(7);
    connection.message("nonsense");
    expect([peer.lastSeen, clock.seconds]).toEqual([7, 7]);
  });

  test("before the socket is open, or after it was refused, is seen by nobody", () => {
    const diary = new Diary();
    const refused = open(() => closeReasons.topicFull);
    refused.connection.message("late");
    const early = new Connection(refused.connection.context, () => diary, "/diary", 8);
    early.message("early");
    expect([diary.entries, refused.faults]).toEqual([[], []]);
  });
});

test("a fault at a message of an eager peer closes its own socket, and is told of with its number", () => {
  const wrong = new Error("wrong");
  const failing: Conversation = {
    receive(text) {
      if (text === "bad") throw wrong;
    },
    closed: () => undefined,
  };
  const { connection, peer, socket, faults } = open(() => failing, {
    ...roomy,
    framesPerSecond: 10,
  });
  while (!peer.isEager) connection.message("good");
  connection.message("bad");
  expect([faults, socket.end]).toEqual([[[wrong, 7]], endBy(closeReasons.fault)]);
});

test("a conversation is its peer's once it has begun, so that failed relays are told to it", async () => {
  const diary = new Diary();
  const waiting = Promise.withResolvers<Opening>();
  const { peer } = open(() => waiting.promise);
  const before = peer.conversation;
  waiting.resolve(() => diary);
  await settled();
  expect([before, peer.conversation === diary]).toEqual([undefined, true]);
});
