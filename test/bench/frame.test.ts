import { describe, expect, test } from "bun:test";
import { encodeFrame, FrameDecoder, opcode } from "../../src/bench/frame.ts";

/** A server's frame: what `encodeFrame` builds, without the mask. */
function serverFrame(code: number, payload: Uint8Array): Uint8Array {
  const frame = encodeFrame(code, payload);
  frame[1] = (frame[1] ?? 0) & 0x7f;
  const maskAt = frame.length - payload.length - 4;
  return Buffer.concat([frame.subarray(0, maskAt), payload]);
}

/** What a decoder makes of the chunks: opcode and text of every frame. */
function decode(chunks: readonly Uint8Array[]): readonly [number, string][] {
  const frames: [number, string][] = [];
  const decoder = new FrameDecoder((code, bytes, start, end) => {
    frames.push([code, Buffer.from(bytes.slice(start, end)).toString()]);
  });
  for (const chunk of chunks) decoder.push(chunk);
  return frames;
}

describe("the decoder", () => {
  const messages: readonly [number, string][] = [
    [opcode.text, "welcome"],
    [opcode.ping, ""],
    [opcode.text, "x".repeat(126)],
    [opcode.text, "é".repeat(100)],
    [opcode.close, "\u0003\u0000bye"],
  ];
  const stream = Buffer.concat(
    messages.map(([code, text]) => serverFrame(code, Buffer.from(text))),
  );

  test("reads the same frames wherever the stream is cut in two", () => {
    for (let cut = 0; cut <= stream.length; cut++) {
      expect(decode([stream.subarray(0, cut), stream.subarray(cut)])).toEqual(messages);
    }
  });

  test("reads the same frames from single bytes", () => {
    expect(decode(Array.from(stream, (byte) => Uint8Array.of(byte)))).toEqual(messages);
  });

  test.each([0, 125, 126, 65_535, 65_536, 70_000])("reads a payload of %i bytes", (size) => {
    const text = "a".repeat(size);
    const frame = serverFrame(opcode.text, Buffer.from(text));
    for (let cut = 0; cut < 16; cut++) {
      expect(decode([frame.subarray(0, cut), frame.subarray(cut)])).toEqual([[1, text]]);
    }
  });

  test.each([
    ["a fragment", [0x01, 0x00], "the message is fragmented"],
    ["the rest of a fragmented message", [0x80, 0x00], "the message is fragmented"],
    ["a compressed frame", [0xc1, 0x00], "reserved bits are set"],
    ["a masked frame", [0x81, 0x80, 0, 0, 0, 0], "the server masks its frames"],
    ["more than 4 GiB", [0x81, 127, 0, 0, 0, 1, 0, 0, 0, 0], "the frame is too long"],
  ])("refuses %s", (_what, bytes, message) => {
    expect(() => decode([Uint8Array.from(bytes)])).toThrow(message);
  });
});

test("a client's frame is masked with zeros, so that its payload can be read in it", () => {
  expect(encodeFrame(opcode.text, Buffer.from("hi"))).toEqual(
    Uint8Array.of(0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69),
  );
});
