// Two who mind their own business in a room, on a server that others do their worst to.

import { expect, test } from "bun:test";
import { isNotable, ServerProcess } from "../../support/server-process.ts";
import { YClient } from "../../support/y-webrtc-client.ts";

const nest = (depth: number, inner = "") => `${"[".repeat(depth)}${inner}${"]".repeat(depth)}`;
const subscribe = (topics: unknown) => JSON.stringify({ type: "subscribe", topics });
const names = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `n${from + index}`);
const signals = (count: number, to: string, from: (index: number) => string) =>
  Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      type: "publish",
      topic: "room",
      data: { to, from: from(index), type: "signal" },
    }),
  );

/** What each attacker sends over one socket, which may be closed for it. */
const attacks: Readonly<Record<string, readonly string[]>> = {
  "bad JSON": ["{", '{"type":"publish","topic":"quiet"'],
  "wrong types": ['{"type":{"type":"publish"}}', '{"type":"publish","topic":{"quiet":1}}', "[[]]"],
  "topics that are a string": ['{"type":"subscribe","topics":"quiet"}'],
  "odd keys": [
    '{"__proto__":{"type":"publish"},"constructor":{"prototype":{"topic":"quiet"}}}',
    '{"type":"subscribe","topics":["__proto__","constructor","toString"]}',
    '{"type":"publish","topic":"__proto__","data":{"__proto__":{"to":"x"},"from":"__proto__"}}',
    '{"type":"publish","topic":"constructor","data":{"to":"__proto__"}}',
    '{"type":"unsubscribe","topics":["__proto__","hasOwnProperty"]}',
  ],
  "deep nesting": [
    `{"type":"subscribe","topics":${nest(30_000)}}`,
    `{"type":"publish","topic":"elsewhere","data":${nest(30_000, "1")}}`,
    `{"type":"publish","topic":"elsewhere","data":${'{"to":'.repeat(9000)}1${"}".repeat(9000)}}`,
    nest(30_000),
    "[".repeat(60_000),
  ],
  "lone surrogates": [
    '{"type":"publish","topic":"\\ud800","data":{"to":"\\udfff","from":"\\ud800"}}',
    '{"type":"unsubscribe","topics":["\\ud800"]}',
    '{"type":"subscribe","topics":["\\ud83d\\ude00"]}',
    '{"type":"subscribe","topics":["\\ud800"]}',
  ],
  "a million topics": Array.from({ length: 200 }, (_, index) =>
    subscribe(names(5000, index * 5000)),
  ),
  "a topic too long": [subscribe(["x".repeat(60_000)])],
  "a message too long": [subscribe(names(100_000))],
  "coming and going": names(2000).flatMap((name) => [
    subscribe([name]),
    JSON.stringify({ type: "unsubscribe", topics: [name] }),
  ]),
  "a thousand ids": [subscribe(["room"]), ...signals(1000, "x", (index) => `id-${index}`)],
  "long ids": [subscribe(["room"]), ...signals(20, "x", () => "y".repeat(60_000))],
};

test("two in a room hear each other, and nothing else, whatever others send", async () => {
  await using server = await ServerProcess.start();
  const [ann, bob] = [
    await YClient.open(server.url, ["quiet"]),
    await YClient.open(server.url, ["quiet"]),
  ];
  const heard: unknown[] = [];
  for (const texts of Object.values(attacks)) {
    const attackers = await Promise.all([1, 2, 3].map(() => YClient.open(server.url)));
    for (const attacker of attackers) for (const text of texts) attacker.send(text);
    await ann.say({ type: "publish", topic: "quiet", data: heard.length });
    heard.push(...(await bob.heardJson()));
    for (const { socket } of attackers) socket.close(1000);
    await Promise.all(attackers.map(({ socket }) => socket.gone));
  }
  expect(heard).toEqual(
    Object.keys(attacks).map((_, data) => ({ type: "publish", topic: "quiet", data, clients: 2 })),
  );
  expect(await ann.heard()).toEqual([]);
  const faults = server.log.filter((line) => line.msg.includes("fault") || isNotable(line));
  expect(faults).toEqual([]);
}, 30_000);

test("what a connection subscribed to and claimed is forgotten when it goes", async () => {
  await using server = await ServerProcess.start([], { Y_WEBRTC_STATUS: "true" });
  const watcher = await YClient.open(server.url, ["__proto__"]);
  const crowd = await Promise.all(
    Array.from({ length: 20 }, (_, index) => YClient.open(server.url, names(128, index))),
  );
  const status = async (): Promise<unknown> =>
    (await fetch(new URL("/api/signaling/status", server.url))).json();
  expect(await status()).toMatchObject({ connections: 21, topics: 148 });
  for (const { socket } of crowd) socket.destroy();
  while (Object(await status()).connections > 1) await watcher.heard();
  expect(JSON.stringify(await status())).toBe(
    '{"status":"ok","connections":1,"topics":1,"topic_sizes":{"__proto__":1}}',
  );
});

test("the status, which names rooms, is not served unless asked for", async () => {
  await using server = await ServerProcess.start();
  expect((await fetch(new URL("/api/signaling/status", server.url))).status).toBe(404);
});
