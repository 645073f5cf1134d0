// Which ICE servers clients are told, with a token and without.

import { expect, test } from "bun:test";
import { parse } from "valibot";
import { iceGrant } from "../../src/ice/grant.ts";
import { turnServers } from "../../src/ice/options.ts";
import type { Settings } from "../../src/options/option.ts";

const settingsOf =
  (given: Readonly<Record<string, unknown>>): Settings =>
  (option) =>
    (given[option.name] as never) ?? option.default;

const turn = {
  "webrtc-stun-urls": ["stun:stun.example.org:3478"],
  "webrtc-turn-urls": ["turn:turn.example.org:3478"],
  "webrtc-turn-secret": "a secret",
};

const stunOnly = [{ urls: ["stun:stun.example.org:3478"] }];

test("where nothing is set, everybody is told public STUN servers", () => {
  for (const userId of ["ann", undefined])
    expect(iceGrant(settingsOf({}), undefined, userId)).toEqual({
      iceServers: [{ urls: expect.arrayContaining([expect.stringMatching(/^stun:/)]) }],
    });
});

test("where media may go through TURN servers only, everybody is told so", () => {
  const relayed = settingsOf({ ...turn, "webrtc-ice-transport-policy": "relay" });
  for (const userId of ["ann", undefined])
    expect(iceGrant(relayed, undefined, userId).iceTransportPolicy).toBe("relay");
});

test("who holds a token gets TURN credentials, and others only STUN", () => {
  const { iceServers, iceSeconds } = iceGrant(settingsOf(turn), undefined, "ann");
  expect([iceServers.length, iceSeconds]).toEqual([2, 3600]);
  expect(iceServers[1]).toMatchObject({ username: expect.stringMatching(/^\d+:ann$/) });
  expect(iceGrant(settingsOf(turn), undefined, undefined)).toEqual({ iceServers: stunOnly });
});

test("with --ice-open everybody gets some, for ten minutes at most and under a name of its own", () => {
  const open = settingsOf({ ...turn, "ice-open": true });
  const grants = [iceGrant(open, undefined, undefined), iceGrant(open, undefined, undefined)];
  const names = grants.map(({ iceServers }) => (iceServers[1] as { username: string }).username);
  expect(new Set(names).size).toBe(2);
  expect(grants.map(({ iceSeconds }) => iceSeconds)).toEqual([600, 600]);
  expect(iceGrant(open, undefined, "ann").iceSeconds).toBe(3600);
});

test("several TURN servers have secrets of their own", () => {
  const servers = parse(turnServers.schema, "turn:a.example:3478 one, turns:b.example two");
  const { iceServers, iceSeconds } = iceGrant(
    settingsOf({ "ice-turn-servers": servers }),
    undefined,
    "ann",
  );
  const [one, two] = iceServers as { urls: string[]; username: string; credential: string }[];
  expect([one?.urls, two?.urls, iceSeconds]).toEqual([
    ["turn:a.example:3478"],
    ["turns:b.example"],
    3600,
  ]);
  for (const [server, secret] of [
    [one, "one"],
    [two, "two"],
  ] as const)
    expect(server?.credential).toBe(
      new Bun.CryptoHasher("sha1", secret).update(server?.username ?? "").digest("base64"),
    );
});

test.each(["turn:a.example:3478", "stun:a.example x", "turn:a.example x y", "turn: x"])(
  "%p is no TURN server with a secret",
  (text) => {
    expect(() => parse(turnServers.schema, text)).toThrow("must be like turn:");
  },
);
