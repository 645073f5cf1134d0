// Where this server differs from bittorrent-tracker's own, on purpose: each difference is played at both, and
// what comes of it is asserted of both.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { describeWith } from "../../support/missing.ts";
import { request } from "../../support/raw-http.ts";
import { upgradeHeaders } from "../../support/raw-upgrade.ts";
import { redisProgram } from "../../support/redis-server.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { freshSwarm, TrackerClient } from "../../support/tracker-client.ts";
import {
  announce,
  announced,
  answer,
  binary,
  type Fields,
  failed,
  offers,
  scraped,
} from "../../support/tracker-frames.ts";
import { ReferenceTracker } from "../../support/tracker-servers.ts";
import { TwoNodes } from "../../support/two-nodes.ts";

/** Names of swarms are new at each server; what is read has one name for them. */
const swarm = "swarm";
const named = (frames: unknown, own: string): unknown =>
  JSON.parse(JSON.stringify(frames).replaceAll(binary(own), binary(swarm)));

/** What one reads who says something, be it of a swarm. */
const said =
  (...messages: readonly ((swarm: string) => unknown)[]) =>
  async (url: URL): Promise<unknown> => {
    const own = freshSwarm();
    const ann = await TrackerClient.open(url);
    return named(await ann.say(...messages.map((message) => message(own))), own);
  };

/** The same for one among others who have announced. */
const saidTo =
  (names: readonly string[], ...messages: readonly ((swarm: string) => unknown)[]) =>
  async (url: URL): Promise<unknown> => {
    const own = freshSwarm();
    const others = [];
    for (const name of names) others.push(await TrackerClient.enter(url, own, name));
    const ann = await TrackerClient.open(url);
    const heard: Record<string, unknown> = {
      self: await ann.say(...messages.map((message) => message(own))),
    };
    for (const other of others) heard[other.name] = await other.heard();
    return named(heard, own);
  };

const own =
  (fields: Fields = {}, peer = "ann") =>
  (in_: string) =>
    announce(in_, peer, fields);
const scrape = (hashes: unknown) => () => ({ action: "scrape", info_hash: hashes });

/** A member of two swarms under two names, whose connection has ended. */
async function ghosts(url: URL): Promise<unknown> {
  const [one, two] = [freshSwarm(), freshSwarm()];
  const ann = await TrackerClient.open(url);
  await ann.say(announce(one, "ann-1"), announce(two, "ann-2"));
  await ann.leave();
  const bob = await TrackerClient.open(url, "bob");
  const count = async (of: string): Promise<number> => {
    const [frame] = await bob.say({ action: "scrape", info_hash: binary(of) });
    return Object(frame).files[binary(of)].incomplete;
  };
  // The first is gone in both cases, as soon as the server has heard of the end.
  while ((await count(one)) > 0);
  return await count(two);
}

/** Who is given an id that another connection has announced. */
async function secondHolder(url: URL): Promise<unknown> {
  const own = freshSwarm();
  const first = await TrackerClient.enter(url, own, "ann");
  const second = await TrackerClient.open(url, "second");
  const reply = await second.say(announce(own, "ann"));
  const bob = await TrackerClient.enter(url, own, "bob");
  await bob.say(answer(own, "bob", "ann"));
  return named([reply, (await first.heard()).length, (await second.heard()).length], own);
}

/** A payload as its receiver reads it. */
async function payload(url: URL): Promise<unknown> {
  const own = freshSwarm();
  const [ann, bob] = [
    await TrackerClient.enter(url, own, "ann"),
    await TrackerClient.enter(url, own, "bob"),
  ];
  const raw = '{ "type":"x","n":1.0,"n":12345678901234567890 }';
  const message = announce(own, "ann", { offers: [{ offer: 0, offer_id: "1" }] });
  await ann.say(JSON.stringify(message).replace('"offer":0', `"offer":${raw}`));
  const [text] = await bob.heardTexts();
  return /"offer":(.*),"offer_id"/.exec(text ?? "")?.[1];
}

const status =
  (path: string) =>
  async (url: URL): Promise<unknown> =>
    (await fetch(new URL(path, url))).status;
const upgrade =
  (path: string) =>
  async (url: URL): Promise<unknown> =>
    (await request(url, "GET", path, upgradeHeaders)).status;

const noAction = (reason: string) => ({ "failure reason": reason });
const many = Array.from({ length: 256 }, (_, index) => binary(`${index}`));

interface Difference {
  readonly play: (url: URL) => Promise<unknown>;
  readonly ours: unknown;
  readonly reference: unknown;
}

const differences: Readonly<Record<string, Difference>> = {
  "what is not JSON is a failure with an action": {
    play: said(() => "?"),
    ours: [failed("not a JSON object")],
    reference: [noAction(`Unexpected token '?', "?" is not valid JSON`)],
  },
  "an unknown action is a failure with an action, and the info_hash": {
    play: said((in_) => ({ action: "foo", info_hash: binary(in_) })),
    ours: [failed("invalid action in WS request: foo", swarm)],
    reference: [noAction("invalid action in WS request: foo")],
  },
  "so is an info_hash of another length": {
    play: said(own({ info_hash: "x" })),
    ours: [failed("invalid info_hash")],
    reference: [noAction("invalid info_hash")],
  },
  "and a peer_id": {
    play: said(own({ peer_id: "x" })),
    ours: [failed("invalid peer_id", swarm)],
    reference: [noAction("invalid peer_id")],
  },
  "and a to_peer_id": {
    play: said(own({ answer: {}, to_peer_id: "x" })),
    ours: [failed("invalid `to_peer_id` (required with `answer`)", swarm)],
    reference: [noAction("invalid `to_peer_id` (required with `answer`)")],
  },
  "an info_hash is bytes: a character beyond 255 is none": {
    play: async (url) => {
      const frames = await said(own({ info_hash: `${"x".repeat(19)}\u0178` }))(url);
      return Object(frames)[0]["failure reason"];
    },
    ours: "invalid info_hash",
    reference: undefined,
  },
  "offers that are no offers are a failure": {
    play: said(own({ offers: ["x"] })),
    ours: [failed("invalid offers", swarm)],
    reference: [announced(swarm, 0, 1)],
  },
  "all ids of a connection go with it": { play: ghosts, ours: 0, reference: 1 },
  "who comes with another's id is told that it is in use": {
    play: secondHolder,
    ours: [[failed("peer_id in use by another connection", swarm)], 1, 0],
    reference: [[announced(swarm, 0, 1)], 1, 0],
  },
  "an answer is passed on for an id of one's own only": {
    play: saidTo(["bob", "cid"], (in_) => answer(in_, "bob", "cid")),
    ours: { self: [failed("invalid peer_id", swarm)], bob: [], cid: [] },
    reference: {
      self: [],
      bob: [],
      cid: [
        {
          action: "announce",
          answer: { type: "answer", sdp: "bob to cid" },
          offer_id: "1",
          peer_id: binary("bob"),
          info_hash: binary(swarm),
        },
      ],
    },
  },
  "nobody is stopped by another connection": {
    play: saidTo(["bob"], own({ event: "stopped" }, "bob")),
    ours: { self: [announced(swarm, 0, 1)], bob: [] },
    reference: { self: [announced(swarm, 0, 0)], bob: [] },
  },
  "who stops makes no offers": {
    play: saidTo(["bob"], own({ event: "stopped", offers: offers(1) })),
    ours: { self: [announced(swarm, 0, 1)], bob: [] },
    reference: {
      self: [announced(swarm, 0, 1)],
      bob: [
        {
          action: "announce",
          ...offers(1)[0],
          peer_id: binary("ann"),
          info_hash: binary(swarm),
        },
      ],
    },
  },
  "the first completed counts": {
    play: said(own({ event: "completed", left: 1 })),
    ours: [announced(swarm, 1, 0)],
    reference: [announced(swarm, 0, 1)],
  },
  "nothing known to be left is not zero left": {
    play: said(own({ left: null })),
    ours: [announced(swarm, 0, 1)],
    reference: [announced(swarm, 1, 0)],
  },
  "info_hashes are secrets: a scrape names them": {
    play: async (url) => {
      const [frame] = Object(await said(scrape(undefined))(url));
      return frame["failure reason"] ?? "the numbers of all swarms";
    },
    ours: "name up to 255 info_hashes",
    reference: "the numbers of all swarms",
  },
  "it names 255 at most": {
    play: async (url) => Object(await said(scrape(many))(url))[0]["failure reason"],
    ours: "name up to 255 info_hashes",
    reference: undefined,
  },
  "it names one at least, as an empty reply is a warning to clients": {
    play: async (url) => Object(await said(scrape([]))(url))[0]["failure reason"],
    ours: "name up to 255 info_hashes",
    reference: undefined,
  },
  "between two scrapes is the interval of announces": {
    play: said(scrape([binary("none")])),
    ours: [scraped({ none: [0, 0] })],
    reference: [{ ...scraped({ none: [0, 0] }), flags: { min_request_interval: 600 } }],
  },
  "an offer passes as it was written": {
    play: payload,
    ours: '{ "type":"x","n":1.0,"n":12345678901234567890 }',
    reference: '{"type":"x","n":12345678901234567000}',
  },
  "clients connect at two paths": { play: upgrade("/any/path"), ours: 404, reference: 101 },
  "the statistics are for operators": { play: status("/stats.json"), ours: 404, reference: 200 },
};

describeWith(redisProgram, "Redis")("signalbox, two nodes", () => {
  let ours: TwoNodes;

  beforeAll(async () => {
    ours = await TwoNodes.start();
  });
  afterAll(() => ours[Symbol.asyncDispose]());

  test.each(Object.entries(differences))("%s", async (_what, { play, ours: here }) => {
    expect(await play(ours.url)).toEqual(here);
  });
});

describeWith(Bun.which("node"), "Node")("signalbox and bittorrent-tracker's own server", () => {
  let ours: Awaited<ReturnType<typeof ServerProcess.start>>;
  let reference: ReferenceTracker;

  beforeAll(async () => {
    [ours, reference] = await Promise.all([ServerProcess.start(), ReferenceTracker.start()]);
  });
  afterAll(() => Promise.all([ours, reference].map((server) => server[Symbol.asyncDispose]())));

  describe.each(Object.entries(differences))(
    "%s",
    (_what, { play, ours: here, reference: there }) => {
      test("at signalbox", async () => {
        expect(await play(ours.url)).toEqual(here);
      });
      test("at bittorrent-tracker's own server, not so", async () => {
        expect(await play(reference.url)).toEqual(there);
      });
    },
  );

  describe.each([
    ["whose offers hold nothing", (in_: string) => announce(in_, "ann", { offers: [null] })],
    ["that is a scrape of a number", () => ({ action: "scrape", info_hash: 5 })],
  ] as const)("a frame %s", (_what, message) => {
    /** Whether one who is in a swarm is still connected when another has said it there. */
    async function survives(url: URL): Promise<boolean> {
      const own = freshSwarm();
      const bob = await TrackerClient.enter(url, own, "bob");
      const ann = await TrackerClient.open(url);
      ann.send(message(own));
      return await bob.heard().then(
        () => true,
        () => false,
      );
    }

    test("is a failure at signalbox", async () => {
      expect(await survives(ours.url)).toBe(true);
    });
    test("ends the process of bittorrent-tracker's own server", async () => {
      await using doomed = await ReferenceTracker.start();
      expect([await survives(doomed.url), await doomed.exited]).toEqual([false, 1]);
    });
  });
});
