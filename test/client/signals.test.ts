// Signals that are encrypted keep their order, however long each takes.

import { afterEach, expect, type Mock, spyOn, test } from "bun:test";
import type { ClientFrame } from "../../src/client/frames.ts";
import { Signals } from "../../src/client/signals.ts";

const { subtle } = crypto;
const bytes = new Uint8Array(16);
const spies: Mock<typeof subtle.encrypt | typeof subtle.decrypt>[] = [];

afterEach(() => {
  for (const spy of spies.splice(0)) spy.mockRestore();
});

/** Holds the first call of an operation until it is told to go on. */
function holdFirst(name: "encrypt" | "decrypt"): () => void {
  const operation = subtle[name].bind(subtle);
  const { promise: held, resolve: goOn } = Promise.withResolvers<void>();
  const spy = spyOn(subtle, name).mockImplementationOnce(async (...given) => {
    await held;
    return await operation(...given);
  });
  spies.push(spy);
  return goOn;
}

/** Gives whatever does not wait for the first one more than the time that it needs. */
async function passTime(): Promise<void> {
  for (let n = 0; n < 50; n++) await subtle.digest("SHA-256", bytes);
}

/** What is sent by one that talks to itself. The key is made before anything is held. */
async function open() {
  const sent: ClientFrame[] = [];
  const signals = new Signals("sesame", "topic", (frame) => sent.push(frame));
  const send = (candidate: string) => signals.send("ice-candidate", "a", "a", { candidate });
  const receive = async ({ type, payload }: ClientFrame) =>
    await signals.open(type, "a", "a", payload);
  send("before");
  while (sent.length === 0) await passTime();
  await receive(sent.splice(0)[0]!);
  return { sent, send, receive };
}

test("a slow decryption of the first signal does not let the second overtake it", async () => {
  const { sent, send, receive } = await open();
  for (const candidate of ["first", "second"]) send(candidate);
  while (sent.length < 2) await passTime();
  const goOn = holdFirst("decrypt");
  const opened: unknown[] = [];
  const opening = sent.map(async (frame) => opened.push(await receive(frame)));
  await passTime();
  expect(opened).toEqual([]);
  goOn();
  await Promise.all(opening);
  expect(opened).toEqual([{ candidate: "first" }, { candidate: "second" }]);
});

test("a slow encryption of the first signal does not let the second overtake it", async () => {
  const { sent, send, receive } = await open();
  const goOn = holdFirst("encrypt");
  for (const candidate of ["first", "second"]) send(candidate);
  await passTime();
  expect(sent).toEqual([]);
  goOn();
  while (sent.length < 2) await passTime();
  expect(await Promise.all(sent.map(receive))).toEqual([
    { candidate: "first" },
    { candidate: "second" },
  ]);
});
