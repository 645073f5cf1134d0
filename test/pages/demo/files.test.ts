// Files as they come from peers, which may send anything.

import { expect, test } from "bun:test";
import type { Channel, ChannelEvents, Peer } from "../../../src/client/api.ts";
import { Files } from "../../../src/pages/demo/files.ts";

/** A channel whose other side the test plays. */
class FakeChannel implements Channel<unknown> {
  readonly sent: (readonly [unknown, Peer | undefined])[] = [];
  #take: ChannelEvents<unknown>["data"] = () => {};
  /** Whether what is sent is taken. */
  isOpen = true;
  #look = () => {};

  async send(value: unknown, peer?: Peer): Promise<boolean> {
    this.sent.push([value, peer]);
    this.#look();
    return this.isOpen;
  }

  /** What was sent but for bytes. */
  get words(): readonly unknown[] {
    return this.sent.map(([value]) => value).filter((value) => !(value instanceof ArrayBuffer));
  }

  /** Resolves once so much was sent. */
  hasSent(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#look = () => {
        if (this.sent.length >= count) resolve();
      };
      this.#look();
    });
  }

  on<Name extends keyof ChannelEvents<unknown>>(
    name: Name,
    listener: ChannelEvents<unknown>[Name],
  ): () => void {
    if (name === "data") this.#take = listener as ChannelEvents<unknown>["data"];
    return () => {};
  }

  says(peer: Peer, ...values: readonly unknown[]): void {
    for (const value of values) this.#take(value, peer);
  }
}

const [ann, bob] = [{ id: "ann" } as Peer, { id: "bob" } as Peer];

function start(maxAllBytes?: number) {
  const channel = new FakeChannel();
  let changed = () => {};
  const files = new Files(() => changed(), maxAllBytes);
  files.use(channel, ({ id }) => id);
  const shown = () =>
    files.transfers.map(({ name, who, state, progress }) => [name, who, state, progress]);
  /** Resolves once nothing is under way. */
  const settled = () =>
    new Promise<void>((resolve) => {
      changed = () => {
        if (files.transfers.every(({ state }) => state !== "going")) resolve();
      };
      changed();
    });
  return { channel, files, shown, settled };
}

test("pieces of two peers are put together, each to its file", async () => {
  const { channel, files, shown } = start();
  channel.says(ann, { name: "a.txt", size: 4 }, Uint8Array.of(1, 2));
  channel.says(bob, { name: "b.txt", size: 1 }, Uint8Array.of(9));
  expect(shown()).toEqual([
    ["b.txt", "from bob", "complete", 1],
    ["a.txt", "from ann", "going", 0.5],
  ]);
  channel.says(ann, Uint8Array.of(3, 4), Uint8Array.of(5));
  const [, first] = files.transfers;
  expect(first?.state).toBe("complete");
  expect(await (await fetch(first?.url ?? "")).bytes()).toEqual(Uint8Array.of(1, 2, 3, 4));
});

test("what makes no sense is left out, and what is cut short is said to be", () => {
  const { channel, files, shown } = start();
  const nonsense = [null, 1, "a", [], {}, { name: "a" }, { name: 1, size: 1 }];
  const sizes = [-1, 0.5, Number.NaN, "1", 256 * 1024 * 1024 + 1];
  channel.says(ann, Uint8Array.of(1), ...nonsense);
  channel.says(ann, ...sizes.map((size) => ({ name: "a", size })));
  expect(shown()).toEqual([]);
  channel.says(ann, { name: "long", size: 1 }, Uint8Array.of(1, 2));
  channel.says(ann, { name: "replaced", size: 1 }, { name: "empty", size: 0 });
  channel.says(ann, { name: "lost", size: 1 });
  files.lost(ann);
  channel.says(ann, Uint8Array.of(1));
  expect(shown().map(([name, , state]) => [name, state])).toEqual([
    ["lost", "interrupted"],
    ["empty", "complete"],
    ["replaced", "interrupted"],
    ["long", "interrupted"],
  ]);
});

test("a page keeps twenty files, and lets go of older ones", async () => {
  const { channel, files } = start();
  channel.says(ann, { name: "0", size: 0 });
  const [first] = files.transfers;
  for (let number = 1; number <= 20; number++) channel.says(ann, { name: `${number}`, size: 0 });
  expect([files.transfers.length, files.transfers.at(-1)?.name]).toEqual([20, "1"]);
  expect(await fetch(first?.url ?? "").catch(() => "gone")).toBe("gone");
});

test("files go out one after the other, to all who are there, and a room that ends ends them", async () => {
  const { channel, files, shown, settled } = start();
  expect(files.send(new File(["ab"], "none.txt"), [])).toStartWith("Nobody is connected yet");
  files.send(new File(["ab"], "first.txt"), [ann, bob]);
  files.send(new File(["c"], "second.txt"), [ann]);
  await settled();
  expect(shown()).toEqual([
    ["second.txt", "to 1 person", "complete", 1],
    ["first.txt", "to 2 people", "complete", 1],
  ]);
  const heads = channel.sent.filter(([value]) => !(value instanceof ArrayBuffer));
  expect(heads).toEqual([
    [{ name: "first.txt", size: 2, number: 1 }, ann],
    [{ name: "first.txt", size: 2, number: 1 }, bob],
    [{ name: "second.txt", size: 1, number: 2 }, ann],
  ]);
  channel.isOpen = false;
  files.send(new File(["d"], "unsent.txt"), [ann]);
  await settled();
  files.send(new File(["e"], "late.txt"), [ann]);
  files.end();
  expect(shown().slice(0, 2)).toEqual([
    ["late.txt", "to 1 person", "interrupted", 0],
    ["unsent.txt", "to 1 person", "interrupted", 0],
  ]);
  expect(files.send(new File(["f"], "f.txt"), [ann])).toStartWith("Nobody is connected yet");
});

test("a page keeps so many bytes of files, complete or not, and lets go of the oldest first", async () => {
  const { channel, files, shown } = start(5);
  channel.says(ann, { name: "old", size: 3 }, Uint8Array.of(1, 2, 3));
  const [old] = files.transfers;
  channel.says(bob, { name: "part", size: 9, number: 7 }, Uint8Array.of(1, 2, 3));
  expect(shown()).toEqual([["part", "from bob", "going", 1 / 3]]);
  expect(await fetch(old?.url ?? "").catch(() => "gone")).toBe("gone");
  channel.says(ann, { name: "small", size: 2 }, Uint8Array.of(1, 2));
  channel.says(ann, { name: "large", size: 9, number: 8 }, new Uint8Array(6));
  expect(shown().map(([name, , state]) => [name, state])).toEqual([
    ["large", "interrupted"],
    ["small", "complete"],
    ["part", "going"],
  ]);
  channel.says(bob, Uint8Array.of(4), Uint8Array.of(5), Uint8Array.of(6));
  channel.says(ann, { name: "next", size: 1 }, Uint8Array.of(1));
  expect(shown()).toEqual([
    ["next", "from ann", "complete", 1],
    ["large", "from ann", "interrupted", 0],
    ["part", "from bob", "interrupted", 5 / 9],
  ]);
  expect(channel.sent).toEqual([
    [{ unwanted: 8 }, ann],
    [{ unwanted: 7 }, bob],
  ]);
});

test("files that are under way are not forgotten for others, and beyond twenty there are no more", () => {
  const { channel, files, shown } = start();
  const peers = Array.from({ length: 19 }, (_, index) => ({ id: `${index}` }) as Peer);
  channel.says(ann, { name: "first", size: 1, number: 1 }, { name: "second", size: 0 });
  for (const peer of peers) channel.says(peer, { name: "more", size: 1, number: 1 });
  channel.says(ann, { name: "last", size: 1, number: 2 });
  expect(shown().map(([name]) => name)).not.toContain("second");
  channel.says(bob, { name: "other", size: 1, number: 3 });
  expect(channel.sent).toEqual([[{ unwanted: 3 }, bob]]);
  expect(files.send(new File(["a"], "a.txt"), [ann])).toStartWith("Too many files are under way");
  expect(shown().map(([, , state]) => state)).toEqual(Array.from({ length: 20 }, () => "going"));
});

test("an empty piece of a file that has bytes is nothing", () => {
  const { channel, shown } = start();
  channel.says(ann, { name: "a", size: 1 });
  const before = shown();
  channel.says(ann, new Uint8Array(), new Uint8Array());
  expect(shown()).toEqual(before);
  channel.says(ann, Uint8Array.of(1));
  expect(shown()).toEqual([["a", "from ann", "complete", 1]]);
});

test("who waits for the rest of a file that can no longer be read is told that it ends", async () => {
  const { channel, files, shown, settled } = start();
  const file = new File(["ab"], "deleted.txt");
  file.slice = () => {
    throw new DOMException("gone", "NotReadableError");
  };
  files.send(file, [ann]);
  await settled();
  const other = start();
  other.channel.says(bob, ...channel.words);
  expect([...shown(), ...other.shown()]).toEqual([
    ["deleted.txt", "to 1 person", "interrupted", 0],
    ["deleted.txt", "from bob", "interrupted", 0],
  ]);
});

/** A file of two pieces, of which the second can be read once `goOn` is called. */
function slowFile() {
  const file = new File([new Uint8Array(300_000)], "slow.bin");
  const { promise, resolve: goOn } = Promise.withResolvers<void>();
  const whole = file.slice.bind(file);
  file.slice = (from = 0, to) => {
    const piece = whole(from, to);
    if (from > 0) piece.arrayBuffer = () => promise.then(() => new Blob([piece]).arrayBuffer());
    return piece;
  };
  return { file, goOn };
}

test("a file that its sender cancels ends on both sides, and the next one goes", async () => {
  const { channel, files, shown } = start();
  const { file, goOn } = slowFile();
  files.send(file, [ann]);
  files.send(new File(["a"], "next.txt"), [ann]);
  files.send(new File(["a"], "never.txt"), [ann]);
  await channel.hasSent(2);
  const [never, , slow] = files.transfers;
  if (slow === undefined || never === undefined) throw new Error("nothing is sent");
  for (const transfer of [slow, never]) files.cancel(transfer);
  expect(slow.state).toBe("cancelled");
  goOn();
  await channel.hasSent(5);
  const other = start();
  for (const [value] of channel.sent)
    other.channel.says(bob, value instanceof ArrayBuffer ? new Uint8Array(value) : value);
  expect(other.shown()).toEqual([
    ["next.txt", "from bob", "complete", 1],
    ["slow.bin", "from bob", "cancelled", 262_144 / 300_000],
  ]);
  expect(shown().map(([name, , state]) => [name, state])).toContainEqual([
    "never.txt",
    "cancelled",
  ]);
  expect(channel.words).toEqual([
    { name: "slow.bin", size: 300_000, number: 1 },
    { end: "cancelled" },
    { name: "next.txt", size: 1, number: 2 },
  ]);
});

test("a receiver that cancels gets no more of it, and others get all", async () => {
  const receiver = start();
  receiver.channel.says(bob, { name: "slow.bin", size: 9, number: 1 }, Uint8Array.of(1));
  const [coming] = receiver.files.transfers;
  if (coming === undefined) throw new Error("nothing comes");
  receiver.files.cancel(coming);
  receiver.channel.says(bob, new Uint8Array(8));
  expect(receiver.shown()).toEqual([["slow.bin", "from bob", "cancelled", 1 / 9]]);
  expect(receiver.channel.sent).toEqual([[{ unwanted: 1 }, bob]]);

  const { channel, files, shown, settled } = start();
  const { file, goOn } = slowFile();
  const cid = { id: "cid" } as Peer;
  files.send(file, [ann, bob]);
  files.send(new File(["a"], "small.txt"), [ann]);
  await channel.hasSent(4);
  // Whom it is not for has no say in it.
  channel.says(cid, { unwanted: 1 }, { unwanted: 99 }, { unwanted: {} });
  channel.says(ann, { unwanted: 1 });
  goOn();
  await settled();
  expect(shown()).toEqual([
    ["small.txt", "to 1 person", "complete", 1],
    ["slow.bin", "to 1 person", "complete", 1],
  ]);
  const pieces = channel.sent.filter(([value]) => value instanceof ArrayBuffer);
  expect(pieces.map(([, peer]) => peer)).toEqual([ann, bob, bob, ann]);
});

test("a file that nobody wants any more is cancelled", async () => {
  const { channel, files } = start();
  const { file, goOn } = slowFile();
  files.send(file, [ann]);
  await channel.hasSent(2);
  channel.says(ann, { unwanted: 1 });
  expect(files.transfers.map(({ who, state }) => [who, state])).toEqual([
    ["to 1 person", "cancelled"],
  ]);
  goOn();
});

test("a file whose connection is replaced is said to be interrupted, and goes no further", async () => {
  const { channel, files, shown, settled } = start();
  const { file, goOn } = slowFile();
  const peer = { id: "dan", connection: {} as RTCPeerConnection };
  files.send(file, [peer as unknown as Peer]);
  await channel.hasSent(2);
  peer.connection = {} as RTCPeerConnection;
  goOn();
  await settled();
  expect(shown()).toEqual([["slow.bin", "to 1 person", "interrupted", 262_144 / 300_000]]);
  expect(channel.sent.length).toBe(2);
});
