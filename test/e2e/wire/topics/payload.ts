// Payloads pass unread: whatever JSON a sender writes, its target reads the same characters.

import { beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { freshTopic, heard, type Joined, joinTwo } from "../../../support/topic-client.ts";
import type { AnyServer } from "../../../support/two-nodes.ts";

export function payload(server: () => AnyServer): void {
  let from: Joined;
  let to: Joined;

  beforeAll(async () => {
    [from, to] = await joinTwo(server().url, freshTopic());
  });

  const nested = (depth: number, open: string, inner: string, close: string): string =>
    open.repeat(depth) + inner + close.repeat(depth);

  const payloads: readonly (readonly [string, string])[] = [
    ["null", "null"],
    ["false", "false"],
    ["an empty string", '""'],
    ["an empty object", "{}"],
    ["an empty array", "[]"],
    ["a description", '{"type":"offer","sdp":"v=0\\r\\no=- 46117 2 IN IP4 127.0.0.1\\r\\n"}'],
    ["a candidate", '{"candidate":"candidate:1 1 UDP 1 192.0.2.1 9 typ host","sdpMLineIndex":0}'],
    ["a number too large for a double", "1e400"],
    ["a number too small for a double", "-1e-400"],
    ["a number of more digits than a double has", "12345678901234567890"],
    ["a number with a zero at its end", "0.10"],
    ["minus zero", "-0"],
    ["an exponent of each spelling", "[1E5,1e+5,1E-05,0e0,-0.0e-0]"],
    ["repeated keys", '{"a":1,"a":2,"a":{"a":3,"a":4}}'],
    ["keys that objects have", '{"__proto__":{"x":1},"constructor":{"prototype":{}},"length":-1}'],
    ["half a surrogate pair, escaped", '"\\ud800 and \\udfff"'],
    ["a surrogate pair, escaped", '"\\ud83d\\udea6"'],
    ["every short escape", '"\\"\\\\\\/\\b\\f\\n\\r\\t"'],
    ["escapes that need not be", '"\\u0061\\u0022\\u005C\\u002f\\u00E9"'],
    ["an escaped NUL", '"\\u0000"'],
    ["backslashes at the end", '"\\\\\\\\"'],
    ["other scripts", '"тема 話題 नमस्ते 🚦👩‍👩‍👧"'],
    ["separators that JavaScript once forbade", '"\u2028\u2029"'],
    ["characters that are no characters", '"\uffff\ufeff\u007f\u0085"'],
    ["white space inside", '{ "a"\n:\t[ 1 ,\r\n 2 ] , "b" : { } }'],
    ["braces and quotes in strings", '["}","{","]","[","\\"}","\\\\",",\\"to\\":\\"x\\""]'],
    [
      "the fields of a message",
      '{"type":"answer","to":"nobody","from":"nobody","payload":{"msgId":5}}',
    ],
    ["an array 31 deep", nested(31, "[", "", "]")],
    ["an array 32 deep", nested(32, "[", "", "]")],
    ["an array 33 deep", nested(33, "[", "1e400", "]")],
    ["an array 10,000 deep", nested(10_000, "[", '"]"', "]")],
    ["an object 10,000 deep", nested(10_000, '{"a":', "0.10", "}")],
    ["both, 9,000 deep", nested(4500, '[{"}":', '"\\u007d"', "}]")],
    ["an array as deep as a frame can be", nested(32_700, "[", "", "]")],
    ["60,000 quotes and backslashes", `"${'\\"\\\\'.repeat(15_000)}"`],
    ["20,000 strings", `[${Array(20_000).fill('""').join()}]`],
    ["20,000 digits", `-${"9".repeat(20_000)}.${"0".repeat(20_000)}e-${"1".repeat(20_000)}`],
  ];

  describe("the target reads", () => {
    test.each(payloads)("%s as it was written", async (_what, payload) => {
      from.socket.send(`{"type":"offer","to":"${to.id}","payload":${payload},"msgId":"1"}`);
      expect(await heard(from.socket)).toEqual([]);
      expect(await heard(to.socket)).toEqual([
        `{"type":"offer","from":"${from.id}","payload":${payload},"msgId":"1"}`,
      ]);
    });

    test("any JSON as it was written, with any white space between", async () => {
      const values = fc.json({ stringUnit: "binary" });
      const spaces = fc.string({ unit: fc.constantFrom(" ", "\t", "\n", "\r"), maxLength: 3 });
      const samples = fc.sample(fc.tuple(spaces, values, spaces), { numRuns: 1000, seed: 1 });
      const texts = samples.map(([before, value, after]) => [
        `{"type":"offer","payload":${before}${value}${after},"to":"${to.id}"}`,
        `{"type":"offer","from":"${from.id}","payload":${value}}`,
      ]);
      for (const [sent = ""] of texts) from.socket.send(sent);
      expect(await heard(from.socket)).toEqual([]);
      expect(await heard(to.socket)).toEqual(texts.map(([, expected = ""]) => expected));
    }, 20_000);
  });
}
