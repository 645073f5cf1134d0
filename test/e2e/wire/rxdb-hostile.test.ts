// Two who mind their own business in a room, on a server that others do their worst to.

import { expect, test } from "bun:test";
import { freshRoom, joined, RxdbClient } from "../../support/rxdb-client.ts";
import { isNotable, ServerProcess } from "../../support/server-process.ts";

const nest = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const join = (room: unknown) => JSON.stringify({ type: "join", room });

/** What each attacker sends over one socket, which may be closed for it. @param id the attacker's own */
const attacks: Readonly<Record<string, (id: string) => readonly string[]>> = {
  "what is no object": () => ["null", "[]", "1"],
  "bad JSON": () => ["{", '{"type":"join","room":"quiet room"'],
  "odd keys": (id) => [
    '{"type":"ping","__proto__":{"type":"join","room":"quiet room"}}',
    '{"type":"join","room":"__proto__"}',
    '{"type":"join","room":"constructor"}',
    `{"type":"signal","senderPeerId":"${id}","receiverPeerId":"__proto__","data":{"__proto__":1}}`,
    `{"type":"signal","senderPeerId":"${id}","receiverPeerId":"constructor"}`,
    `{"type":"signal","senderPeerId":{"__proto__":"${id}"}}`,
  ],
  "deep nesting": (id) => [
    `{"type":"signal","senderPeerId":"${id}","receiverPeerId":"${id}","data":${nest(30_000)}}`,
    `{"type":"join","room":${nest(30_000)}}`,
  ],
  "halves of pairs": () => [join("\ud800half a pair"), '{"type":"\\udfff"}'],
  "rooms without end": () => Array.from({ length: 1000 }, (_, index) => join(`room ${index}`)),
  "coming and going": (id) =>
    Array.from({ length: 200 }, (_, index) => join(`${id} room ${index % 100}`)),
  "a room too long": () => [join("x".repeat(60_000))],
  "floods to oneself": (id) => [
    join("room of a flood"),
    ...Array(5000).fill(
      `{"type":"signal","senderPeerId":"${id}","receiverPeerId":"${id}","data":"${"x".repeat(500)}"}`,
    ),
  ],
  "another's id": () => ['{"type":"signal","senderPeerId":"aaaaaaaaaaaa","receiverPeerId":"b"}'],
};

test("two in a room hear each other, and nothing else, whatever others send", async () => {
  await using server = await ServerProcess.start([], { RXDB_LIST_MS: "0" });
  const room = freshRoom();
  const [ann, bob] = [
    await RxdbClient.open(server.url, [room]),
    await RxdbClient.open(server.url, [room]),
  ];
  expect(await ann.heard()).toEqual([joined(ann), joined(ann, bob)]);
  await bob.heard();
  for (const [name, textsOf] of Object.entries(attacks)) {
    const attackers = await Promise.all([1, 2, 3].map(() => RxdbClient.open(server.url)));
    for (const attacker of attackers) for (const text of textsOf(attacker.id)) attacker.send(text);
    const signal = ann.signal(bob, room, name);
    expect([await ann.say(signal), await bob.heard()]).toEqual([[], [signal]]);
    for (const { socket } of attackers) socket.destroy();
    await Promise.all(attackers.map(({ socket }) => socket.gone));
  }
  expect(server.log.filter(isNotable)).toEqual([]);
}, 30_000);

test("joins and leaves at once in rooms that others watch are few lists", async () => {
  await using server = await ServerProcess.start([], { RXDB_LIST_MS: "50" });
  const room = freshRoom();
  const ann = await RxdbClient.open(server.url, [room]);
  const crowd = await Promise.all(Array.from({ length: 200 }, () => RxdbClient.open(server.url)));
  const began = performance.now();
  for (const client of crowd) client.send({ type: "join", room });
  for (const client of crowd.slice(1)) client.socket.close(1000);
  await Promise.all(crowd.slice(1).map(({ socket }) => socket.gone));
  const lists: (readonly string[])[] = [];
  while (lists.at(-1)?.length !== 2) lists.push(JSON.parse(await ann.next()).otherPeerIds);
  expect(lists.length).toBeLessThan(3 + (performance.now() - began) / 50);
});
