// Two who mind their own business in a swarm, on a server that others do their worst to.

import { expect, test } from "bun:test";
import { isNotable, ServerProcess } from "../../support/server-process.ts";
import { TrackerClient } from "../../support/tracker-client.ts";
import { announce, answer, binary, failed, offers } from "../../support/tracker-frames.ts";
import { describeNodes } from "../../support/two-nodes.ts";

const quiet = "quiet";
const word = "CANARY-7Kz";
const nest = (depth: number, inner = "") => `${"[".repeat(depth)}${inner}${"]".repeat(depth)}`;
const scrape = (hashes: unknown) => ({ action: "scrape", info_hash: hashes });
const swarms = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `${from + index}-${word}`);

/** An announce in which one member is written as it stands here. */
const raw = (key: string, value: string) =>
  JSON.stringify(announce(quiet, "evil", { [key]: 0 })).replace(`"${key}":0`, `"${key}":${value}`);

/** What each attacker sends over one socket. */
const attacks: Readonly<Record<string, readonly unknown[]>> = {
  "bad JSON": ["{", "[", "nul", "", raw("left", "01"), raw("event", '"\\x"'), raw("offers", "[{}")],
  "odd keys": [
    '{"__proto__":{"action":"announce"},"constructor":{"prototype":{"info_hash":1}}}',
    scrape(["__proto__", "constructor"]),
    announce("__proto__", "constructor", { event: "__proto__" }),
    ...["__proto__", "toString", "hasOwnProperty"].map((action) => ({ action })),
  ],
  "ids of others": [
    announce(quiet, "ann", { event: "stopped" }),
    announce(quiet, "bob", { left: 0, offers: offers(82) }),
    answer(quiet, "ann", "bob"),
    answer(quiet, "evil", "bob"),
  ],
  "deep nesting": [
    nest(30_000),
    raw("offers", nest(30_000)),
    raw("offers", `[{"offer":${nest(30_000, "1")}}]`),
    raw("info_hash", nest(30_000)),
    raw("left", `${'{"a":'.repeat(9000)}1${"}".repeat(9000)}`),
    JSON.stringify(scrape(0)).replace(":0", `:${nest(30_000)}`),
    "[".repeat(60_000),
  ],
  "long values": [
    ...["action", "event", "left", "offer_id", "answer", "to_peer_id", "trackerid"].map((key) =>
      announce(quiet, "evil", { [key]: word.repeat(6000) }),
    ),
    announce(quiet, "evil", { numwant: 1e308, left: "9".repeat(60_000) }),
    announce(quiet, word.repeat(6000)),
    scrape(word.repeat(6000)),
    scrape(Array(10_000).fill("")),
  ],
  "a thousand offers": [raw("offers", `[${Array(1000).fill('{"offer":1}').join()}]`)],
  "offers that are none": ["1", "[1]", "[{}]", '[{"offer_id":1}]', "{}", '"x"'].map((each) =>
    raw("offers", each),
  ),
  "halves of pairs": [
    raw("info_hash", `"${"\\ud800".repeat(20)}"`),
    raw("offers", '[{"offer":"\\ud800","offer_id":"\\udfff"}]'),
    announce("\ud800", "\udfff"),
    { action: "\ud800" },
  ],
  "a thousand scrapes": Array.from({ length: 1000 }, (_, index) =>
    scrape(swarms(20, index * 20).map(binary)),
  ),
  "more swarms than are allowed": swarms(1200).map((name) => announce(name, "evil")),
  "coming and going": swarms(1000).flatMap((name) => [
    announce(name, "evil"),
    announce(name, "evil", { event: "stopped" }),
  ]),
  "a hundred ids in one swarm": Array.from({ length: 100 }, (_, index) =>
    announce("crowd", `evil-${index}`, { offers: offers(20) }),
  ),
  "a message too long": [announce(quiet, "evil", { offers: "x".repeat(300_000) })],
};

describeNodes((start) => {
  test("two in a swarm hear each other, and nothing else but offers, whatever others send", async () => {
    await using server = await start();
    const [ann, bob] = [
      await TrackerClient.enter(server.url, quiet, "ann"),
      await TrackerClient.enter(server.url, quiet, "bob"),
    ];
    const heard: unknown[] = [];
    for (const messages of Object.values(attacks)) {
      const attackers = await Promise.all(
        [1, 2, 3].map((index) => TrackerClient.open(server.url, `evil-${index}`)),
      );
      for (const attacker of attackers) for (const message of messages) attacker.send(message);
      await ann.say(answer(quiet, "ann", "bob", { offer_id: heard.length }));
      heard.push(...(await bob.heard()));
      await Promise.all(attackers.map((attacker) => attacker.leave()));
    }
    const answers = heard.filter((frame) => Object(frame).answer !== undefined);
    expect(answers.map((frame) => Object(frame).answer.sdp)).toEqual(
      Object.keys(attacks).map(() => "ann to bob"),
    );
    const others = heard.filter((frame) => !answers.includes(frame));
    expect(others.filter((frame) => Object(frame).offer === undefined)).toEqual([]);
    const mine = (await ann.say(answer(quiet, "ann", "nobody"))).filter(
      (frame) => Object(frame).offer === undefined,
    );
    expect(mine).toEqual([]);
    expect(server.log.filter((line) => line.msg.includes("fault") || isNotable(line))).toEqual([]);
    expect(JSON.stringify(server.log)).not.toContain(word);
  }, 60_000);
});

test("what a connection may keep is bounded, and forgotten with it", async () => {
  await using server = await ServerProcess.start(["--tracker-max-swarms", "100"]);
  const witness = await TrackerClient.open(server.url);
  const crowd = await Promise.all(
    Array.from({ length: 50 }, (_, index) => TrackerClient.open(server.url, `evil-${index}`)),
  );
  for (const [index, client] of crowd.entries()) {
    const heard = await client.say(
      ...swarms(110, 100 * index).map((name) => announce(name, "evil", { pad: "x".repeat(5000) })),
    );
    const refused = heard.filter((frame) => "failure reason" in Object(frame));
    expect(refused[0]).toEqual(
      failed("more than 100 swarms on one connection", `${100 * index + 100}-${word}`),
    );
    expect(refused).toHaveLength(10);
  }
  const names = [0, 50, 4999].map((index) => binary(`${index}-${word}`));
  const counts = async (): Promise<readonly number[]> => {
    const [frame] = await witness.say(scrape(names));
    return names.map((name) => Object(frame).files[name].incomplete);
  };
  expect(await counts()).toEqual([1, 1, 1]);
  for (const { socket } of crowd) socket.destroy();
  while ((await counts()).some((count) => count > 0));
}, 60_000);

test("a message that is too large is a failure, before its connection is closed", async () => {
  await using server = await ServerProcess.start(["--tracker-max-frame-bytes", "1024"]);
  const ann = await TrackerClient.open(server.url);
  ann.send(announce(quiet, "ann", { pad: "x".repeat(1024) }));
  expect(await ann.socket.rest()).toEqual([JSON.stringify(failed("message over 1024 bytes"))]);
  expect(await ann.socket.closed).toEqual({ code: 1009, reason: "message too large" });
});

test("swarms and ids that are kept do not keep the messages that they came in", async () => {
  await using server = await ServerProcess.start(["--tracker-max-swarms", "10000"], {
    BYTES_PER_SECOND: "0",
  });
  const ann = await TrackerClient.open(server.url);
  // Once, so that what grows with the first use is there.
  for (const round of [0, 1, 2]) await ann.say(...padded(500, round * 500));
  const before = await server.residentBytes();
  for (let round = 3; round < 15; round++) await ann.say(...padded(500, round * 500));
  // 6,000 messages of 30 KB would be 180 MB.
  expect((await server.residentBytes()) - before).toBeLessThan(60 * 1024 * 1024);
}, 60_000);

const padded = (count: number, from: number): readonly unknown[] =>
  swarms(count, from).map((name) =>
    announce(name, `evil-${name}`.slice(0, 20), { pad: "x".repeat(30_000) }),
  );
