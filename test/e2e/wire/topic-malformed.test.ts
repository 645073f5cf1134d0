// What is no message at all ends the socket that sent it, and no other.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ServerProcess } from "../../support/server-process.ts";
import { freshTopic, heard, joinTopic, joinTwo } from "../../support/topic-client.ts";

let server: Awaited<ReturnType<typeof ServerProcess.start>>;

beforeAll(async () => {
  server = await ServerProcess.start();
});

afterAll(() => server[Symbol.asyncDispose]());

const malformed = { code: 1007, reason: "failed to unmarshal JSON" };

const deep = (depth: number, inner: string): string =>
  `{"payload":${"[".repeat(depth)}${inner}${"]".repeat(depth)}}`;

const texts: Readonly<Record<string, readonly string[]>> = {
  "is no JSON": ["", " ", "x", "hello", "<xml/>", "nul", "NULL", "nullx", "tru", "{", "}", '"'],
  "is no object": ["[]", '[{"type":"offer"}]', '"offer"', "5", "0", "true", "false", "[null]"],
  "has a field of a wrong type": [
    '{"to":5}',
    '{"to":true}',
    '{"to":{}}',
    '{"to":["$to"]}',
    '{"type":5}',
    '{"type":false}',
    '{"type":["offer"]}',
    '{"msgId":5}',
    '{"msgId":{}}',
    '{"type":"ping","to":5}',
    '{"type":"offer","to":"","msgId":1}',
    '{"type":"offer","to":"$to","msgId":[]}',
  ],
  "ends too early": [
    '{"type"',
    '{"type":',
    '{"type":"off',
    '{"type":"offer"',
    '{"type":"offer",',
    '{"type":"offer","to":"$to","payload":{"a":[1,2}',
    '{"type":"offer","to":"$to","payload":"\\"}',
    '{"payload":tru',
    deep(31, "").slice(0, -1),
    deep(10_000, "").slice(0, -1),
  ],
  "goes on too long": [
    "{}x",
    "{}{}",
    "{},",
    "null null",
    '{"type":"offer"}}',
    "{}]",
    "{} //",
    "{}\0",
  ],
  "has a comma too many or too few": [
    "{,}",
    '{"a":1,}',
    '{,"a":1}',
    '{"a":1,,"b":2}',
    '{"a":[1,]}',
    '{"a":[,1]}',
    '{"a":1 "b":2}',
    '{"a" 1}',
    '{"a"::1}',
    '{"a":}',
  ],
  "has a string that is none": [
    '{"a":"\\x41"}',
    '{"a":"\\u12"}',
    '{"a":"\\u12G4"}',
    '{"a":"\\U00000041"}',
    '{"a":"\\\'"}',
    '{"a":"line\nbreak"}',
    '{"a":"tab\t"}',
    '{"a":"nul\0"}',
    '{"a":"\u001f"}',
    '{"a\n":1}',
    "{'type':'offer'}",
    '{type:"offer"}',
    "{`a`:1}",
    "{1:2}",
  ],
  "has a number that is none": [
    '{"a":01}',
    '{"a":-01}',
    '{"a":00}',
    '{"a":+1}',
    '{"a":.5}',
    '{"a":1.}',
    '{"a":1e}',
    '{"a":1e+}',
    '{"a":-}',
    '{"a":--1}',
    '{"a":0x10}',
    '{"a":1_000}',
    '{"a":1n}',
    '{"a":١}',
    '{"a":NaN}',
    '{"a":Infinity}',
    '{"a":-Infinity}',
    '{"a":undefined}',
    '{"a":True}',
  ],
  "has what is no white space": ["\v{}", "\f{}", "\u00a0{}", "{}\u2028", "{\u3000}", "{}\u0085"],
  "begins with a byte order mark": ["\ufeff{}", "\ufeffnull", '\ufeff{"type":"ping"}'],
  "has a comment": ["{} // x", "/* x */{}", '{"a":1 /* x */}', "{}#"],
  "is wrong deep inside": [
    deep(5, "01"),
    deep(31, "01"),
    deep(40, "01"),
    deep(10_000, "01"),
    deep(40, "}"),
    deep(32, '"\t"'),
    `{"payload":${"[".repeat(100)}${"]".repeat(99)}}`,
    `{"payload":${"[".repeat(99)}${"]".repeat(100)}}`,
    '{"payload":[}]}',
    '{"payload":{"a":1]}',
  ],
};

const cases = Object.entries(texts).flatMap(([what, wrong]) =>
  wrong.map((text) => [what, text.slice(0, 60), text] as const),
);

describe("a socket is closed with 1007 for a text that", () => {
  test.each(cases)("%s: %j", async (_what, _start, text) => {
    const { socket } = await joinTopic(server.url, freshTopic());
    socket.send(text);
    expect([await socket.rest(), await socket.closed]).toEqual([[], malformed]);
  });
});

describe("a socket is closed with 1007 for a binary message that", () => {
  test.each(cases)("%s: %j", async (_what, _start, text) => {
    const { socket } = await joinTopic(server.url, freshTopic());
    socket.sendBinary(text);
    // An error after it would say that the message was taken.
    socket.sendBinary("?");
    expect([await socket.rest(), await socket.closed]).toEqual([[], malformed]);
  });
});

test("what came before a malformed message is relayed, and nothing that comes after it", async () => {
  const [watcher, sender] = await joinTwo(server.url, freshTopic());
  const offer = (msgId: string) => `{"type":"offer","to":"${watcher.id}","msgId":"${msgId}"}`;
  for (const text of [offer("1"), offer("2"), `${offer("3")},`, offer("4"), "{}"])
    sender.socket.send(text);
  await sender.socket.gone;
  expect({
    sender: [await sender.socket.rest(), await sender.socket.closed],
    watcher: await heard(watcher.socket),
  }).toEqual({
    sender: [[], malformed],
    watcher: [
      `{"type":"offer","from":"${sender.id}","msgId":"1"}`,
      `{"type":"offer","from":"${sender.id}","msgId":"2"}`,
      `{"type":"peer-left","peerId":"${sender.id}"}`,
    ],
  });
});
