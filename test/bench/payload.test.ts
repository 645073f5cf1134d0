import { expect, test } from "bun:test";
import { findStamp, offerPayload, readStamp, writeStamp } from "../../src/bench/payload.ts";

test("an offer is JSON of exactly the size that was asked for", () => {
  for (let size = 60; size <= 2000; size++) {
    const payload = offerPayload(size);
    expect(Buffer.byteLength(payload)).toBe(size);
    expect(JSON.parse(payload)).toMatchObject({ type: "offer", sdp: expect.any(String) });
  }
});

test("an offer that does not fit is refused with what is missing", () => {
  expect(() => offerPayload(40)).toThrow(/^a message must be \d+ bytes longer to hold an offer$/);
});

test("a stamp is read where it was written, wherever the message begins", () => {
  const message = Buffer.from(`......{"type":"offer","payload":${offerPayload(500)}}`);
  const at = findStamp(message, 6, message.length);
  writeStamp(message, 6 + at, 1_234_567_890);
  expect(readStamp(message, 6 + at)).toBe(1_234_567_890);
  expect(JSON.parse(message.toString("utf8", 6)).payload.stamp).toBe("1234567890");
});

test("a message without a stamp is told apart", () => {
  const message = Buffer.from('{"type":"offer"}');
  expect(findStamp(message, 0, message.length)).toBe(-1);
  expect(readStamp(message, 2)).toBeNaN();
});
