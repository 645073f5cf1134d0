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

  async send(value: unknown, peer?: Peer): Promise<boolean> {
    this.sent.push([value, peer]);
    return this.isOpen;
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

function start() {
  const channel = new FakeChannel();
  let changed = () => {};
  const files = new Files(() => changed());
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
    [{ name: "first.txt", size: 2 }, ann],
    [{ name: "first.txt", size: 2 }, bob],
    [{ name: "second.txt", size: 1 }, ann],
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
