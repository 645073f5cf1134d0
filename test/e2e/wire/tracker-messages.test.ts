// What clients of trackers read alike at this server, on one node and on two, and at bittorrent-tracker's own.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { freshSwarm, TrackerClient } from "../../support/tracker-client.ts";
import {
  announce,
  announced,
  answer,
  binary,
  failed,
  offers,
  scraped,
} from "../../support/tracker-frames.ts";
import { type TrackerServer, trackerServers } from "../../support/tracker-servers.ts";

/** All but the interval between two scrapes, which is another one there. */
const withoutFlags = (frames: readonly unknown[]) =>
  frames.map((frame) => {
    const { flags, ...rest } = Object(frame);
    return rest;
  });

/** Asks until nobody is counted: a server hears of the end of a connection in its own time. */
async function untilEmpty(client: TrackerClient, swarm: string): Promise<void> {
  for (;;) {
    const [scrape] = await client.say({ action: "scrape", info_hash: binary(swarm) });
    const { complete, incomplete } = Object(scrape).files[binary(swarm)];
    if (complete + incomplete === 0) return;
    await Bun.sleep(5);
  }
}

describe.each(trackerServers)("at $title", ({ start }) => {
  let server: TrackerServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const open = (name: string) => TrackerClient.open(server.url, name);

  /** Clients that have announced. */
  async function enter(swarm: string, ...names: readonly string[]): Promise<TrackerClient[]> {
    const clients: TrackerClient[] = [];
    for (const name of names) clients.push(await TrackerClient.enter(server.url, swarm, name));
    for (const client of clients) await client.heard();
    return clients;
  }

  test("two meet, and part", async () => {
    const swarm = freshSwarm();
    const [ann, bob] = [await open("ann"), await open("bob")];
    expect(await ann.say(announce(swarm, "ann", { event: "started", left: 0 }))).toEqual([
      announced(swarm, 1, 0),
    ]);
    const fields = { event: "started", left: 9, numwant: 2, offers: offers(2) };
    expect(await bob.say(announce(swarm, "bob", fields))).toEqual([announced(swarm, 1, 1)]);
    const own = (peer: string) => ({
      action: "announce",
      peer_id: binary(peer),
      info_hash: binary(swarm),
    });
    expect(await ann.heard()).toEqual([{ ...own("bob"), ...offers(1)[0] }]);
    expect(await ann.say(answer(swarm, "ann", "bob"))).toEqual([]);
    const answered = {
      ...own("ann"),
      answer: { type: "answer", sdp: "ann to bob" },
      offer_id: "1",
    };
    expect(await bob.heard()).toEqual([answered]);
    expect(await bob.say(announce(swarm, "bob", { event: "stopped" }))).toEqual([
      announced(swarm, 1, 0),
    ]);
    expect(withoutFlags(await bob.say({ action: "scrape", info_hash: binary(swarm) }))).toEqual(
      withoutFlags([scraped({ [swarm]: [1, 0] })]),
    );
    await ann.leave();
    await untilEmpty(bob, swarm);
  });

  test("of 25 offers three others read one each, and the sender none", async () => {
    const swarm = freshSwarm();
    const [ann, ...others] = await enter(swarm, "ann", "bob", "cid", "dan");
    expect(await ann!.say(announce(swarm, "ann", { numwant: 25, offers: offers(25) }))).toEqual([
      announced(swarm, 0, 4),
    ]);
    const read = [];
    for (const other of others) read.push(...(await other.heard()));
    expect(read.map((frame) => Object(frame).peer_id)).toEqual(Array(3).fill(binary("ann")));
    expect(new Set(read.map((frame) => Object(frame).offer_id)).size).toBe(3);
  });

  test("every byte survives in every place", async () => {
    for (const first of [0, 20, 40, 80, 127, 160, 200, 236]) {
      const swarm = Array.from({ length: 20 }, (_, at) => String.fromCharCode(first + at)).join("");
      const peer = [...swarm].toReversed().join("");
      const [ann, bob] = [await open("ann"), await open("bob")];
      expect(await ann.say(announce(swarm, peer))).toEqual([announced(swarm, 0, 1)]);
      const offer = { offer: { type: "offer", sdp: swarm }, offer_id: peer };
      await bob.say(announce(swarm, "bob", { offers: [offer] }));
      const fromBob = { action: "announce", peer_id: binary("bob"), info_hash: swarm };
      expect(await ann.heard()).toEqual([{ ...fromBob, ...offer }]);
      const answer = { answer: { type: "answer", sdp: peer }, offer_id: peer };
      await bob.say(announce(swarm, "bob", { to_peer_id: peer, ...answer }));
      expect(await ann.heard()).toEqual([{ ...fromBob, ...answer }]);
      const [scrape] = await ann.say({ action: "scrape", info_hash: [swarm] });
      expect(Object(scrape).files).toEqual({
        [swarm]: { complete: 0, incomplete: 2, downloaded: 0 },
      });
    }
  });

  test("a binary frame is read as well, and answered in text", async () => {
    const swarm = freshSwarm();
    const ann = await open("ann");
    ann.socket.sendBinary(JSON.stringify(announce(swarm, `\u00e9${"x".repeat(19)}`)));
    expect(await ann.heard()).toEqual([announced(swarm, 0, 1)]);
  });

  test("an answer to nobody is dropped", async () => {
    const swarm = freshSwarm();
    const [ann, bob] = await enter(swarm, "ann", "bob");
    expect(await ann!.say(answer(swarm, "ann", "nobody"))).toEqual([]);
    expect(await bob!.heard()).toEqual([]);
  });

  test("who has completed and closes is counted no more", async () => {
    const swarm = freshSwarm();
    const [ann, bob] = await enter(swarm, "ann", "bob");
    expect(await ann!.say(announce(swarm, "ann", { event: "completed" }))).toEqual([
      announced(swarm, 1, 1),
    ]);
    await bob!.say(announce(swarm, "bob", { event: "stopped" }));
    await ann!.leave();
    await untilEmpty(bob!, swarm);
  });

  test.each(["update", "empty", "", "paused"])("the event %p is an update", async (event) => {
    const swarm = freshSwarm();
    const [ann] = await enter(swarm, "ann");
    expect(await ann!.say(announce(swarm, "ann", { event }))).toEqual([announced(swarm, 0, 1)]);
  });

  test("an unknown event is a failure", async () => {
    const swarm = freshSwarm();
    const ann = await open("ann");
    expect(await ann.say(announce(swarm, "ann", { event: "foo" }))).toEqual([
      failed("invalid event", swarm),
    ]);
  });
});
