import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Message, maxPieceBytes, pack, Unpacking } from "../../src/client/pieces.ts";
import { Pipe } from "../../src/client/pipe.ts";

const messagesOf = (value: unknown, number = 1): Message[] => [...pack(value).messages(number)];

/** What arrives of a value. */
function arrived(messages: readonly Message[], unpacking = new Unpacking()): unknown[] {
  return messages.flatMap((message) => {
    const whole = unpacking.take(message);
    return whole === undefined ? [] : [whole.value];
  });
}

test.each([
  ["a small value", { a: [1, "ä", null] }, 1],
  ["a long text", "ä".repeat(20_000), 3],
  ["a text of just one message", "a".repeat(maxPieceBytes - 2), 1],
  ["bytes", new Uint8Array([0, 1, 255]), 1],
  ["no bytes", new Uint8Array(), 1],
  ["many bytes", new Uint8Array(100_000).map((_, index) => index), 7],
] as const)("%s arrives as it was, in messages that browsers take", (_name, value, count) => {
  const messages = messagesOf(value);
  expect(messages).toHaveLength(count);
  expect(messages.every(({ length }) => length <= maxPieceBytes)).toBe(true);
  expect(arrived(messages)).toEqual([value]);
});

test("pieces arrive in any order, once or twice, and beside those of other values", () => {
  const values = [new Uint8Array(50_000).fill(1), "x".repeat(50_000)];
  const messages = values.flatMap((value, index) => messagesOf(value, index));
  fc.assert(
    fc.property(fc.shuffledSubarray(messages, { minLength: messages.length }), (shuffled) => {
      const got = arrived(shuffled);
      expect(got).toHaveLength(2);
      expect(new Set(got.map((value) => (value as string).length))).toEqual(new Set([50_000]));
    }),
    { numRuns: 30 },
  );
});

test("what is no JSON, and what is too much, is told to who sends it", () => {
  expect(() => pack(undefined)).toThrow(TypeError);
  expect(() => pack(() => 1)).toThrow(TypeError);
  expect(() => pack(new ArrayBuffer(64 * 1024 * 1024 + 1))).toThrow(RangeError);
});

test("a peer that begins values without end has eight of them kept", () => {
  const unpacking = new Unpacking();
  const value = new Uint8Array(20_000);
  const lasts: Message[] = [];
  for (let number = 0; number < 20; number++) {
    const [first, last] = messagesOf(value, number);
    expect(unpacking.take(first!)).toBeUndefined();
    lasts.unshift(last!);
  }
  expect(arrived(lasts, unpacking)).toHaveLength(8);
});

test("no message of strangers is taken for a value", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
      try {
        new Unpacking().take(new Uint8Array([2, ...bytes]));
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }),
  );
});

class FakeChannel extends EventTarget {
  readyState = "connecting";
  bufferedAmount = 0;
  readonly sent: Message[] = [];

  send(message: Message): void {
    this.sent.push(message);
    this.bufferedAmount += message.length;
  }

  becomes(type: "open" | "bufferedamountlow" | "close"): void {
    if (type === "bufferedamountlow") this.bufferedAmount = 0;
    else this.readyState = type === "open" ? "open" : "closed";
    this.dispatchEvent(new Event(type));
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function pipe(isLossy = false) {
  const channel = new FakeChannel();
  return { channel, pipe: new Pipe(channel as never as RTCDataChannel, isLossy) };
}

test("a pipe waits for its channel, and for the browser to pass on what it has", async () => {
  const { channel, pipe: sending } = pipe();
  const value = new Uint8Array(3 * 1024 * 1024).fill(7);
  const all = Promise.all([sending.send(pack(value)), sending.send(pack("after"))]);
  await settled();
  expect(channel.sent).toEqual([]);
  channel.becomes("open");
  await settled();
  expect(channel.bufferedAmount).toBeLessThan(1024 * 1024 + maxPieceBytes);
  for (let n = 0; n < 3; n++) {
    channel.becomes("bufferedamountlow");
    await settled();
  }
  expect(await all).toEqual([true, true]);
  expect(arrived(channel.sent)).toEqual([value, "after"]);
});

test("a pipe whose channel ends tells everybody who waits", async () => {
  const { channel, pipe: sending } = pipe();
  const all = Promise.all([sending.send(pack(1)), sending.send(pack(2))]);
  channel.becomes("close");
  expect(await all).toEqual([false, false]);
});

test("a lossy pipe leaves out what cannot be sent at once", async () => {
  const { channel, pipe: sending } = pipe(true);
  expect(await sending.send(pack(1))).toBe(false);
  channel.becomes("open");
  expect(await sending.send(pack(2))).toBe(true);
  channel.bufferedAmount = 2 * 1024 * 1024;
  expect(await sending.send(pack(3))).toBe(false);
  expect(channel.sent).toEqual(["2"]);
});
