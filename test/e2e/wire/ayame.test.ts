// Clients of Ayame on the wire: rooms of two, and what ends them.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { AyameClient, freshAyameRoom } from "../../support/ayame-client.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { settled } from "../../support/settled.ts";
import { secret, sign } from "../../support/tokens.ts";
import { describeNodes, type OurServer } from "../../support/two-nodes.ts";

const accept = (isSecond: boolean) => ({
  type: "accept",
  connectionId: expect.stringMatching(/^[0-9A-Z]{26}$/),
  isExistClient: isSecond,
  isExistUser: isSecond,
});

const bye = {
  texts: [{ type: "bye" }],
  end: { code: 1000, reason: "the other one has left" },
};

/** Two in a room, who have read that they are. */
async function pair(
  url: URL,
  room = freshAyameRoom(),
  fields: object = {},
): Promise<readonly [AyameClient, AyameClient]> {
  const ann = await AyameClient.enter(url, room, fields);
  expect(await ann.heard()).toEqual([accept(false)]);
  const bob = await AyameClient.enter(url, room, fields);
  expect(await bob.heard()).toEqual([accept(true)]);
  await settled(url);
  return [ann, bob];
}

describeNodes((start) => {
  let server: OurServer;

  beforeAll(async () => {
    server = await start([], { AYAME_PING_SECONDS: "3600" });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("what one sends goes to the other as it was written, and one that is alone is not heard", async () => {
    const room = freshAyameRoom();
    const ann = await AyameClient.enter(server.url, room);
    ann.send({ type: "offer", sdp: "too early" });
    expect(await ann.heard()).toEqual([accept(false)]);
    const bob = await AyameClient.enter(server.url, room);
    expect(await bob.heard()).toEqual([accept(true)]);
    await settled(server.url);
    const offer = '{ "sdp":"v=0\\r\\n","type":"offer", "n":1.0}';
    bob.send(offer);
    expect(await ann.socket.next()).toBe(offer);
    ann.send({ type: "answer", sdp: "v=0" });
    ann.send({ type: "candidate", ice: { candidate: "c" } });
    ann.send({ type: "connected" });
    ann.send({ type: "pong" });
    expect(await ann.heard()).toEqual([]);
    expect(await bob.heard()).toEqual([
      { type: "answer", sdp: "v=0" },
      { type: "candidate", ice: { candidate: "c" } },
    ]);
  });

  test("a third one is told that the room is full", async () => {
    const room = freshAyameRoom();
    const [ann, bob] = await pair(server.url, room);
    const cid = await AyameClient.enter(server.url, room);
    expect(await cid.rest()).toEqual({
      texts: [{ type: "reject", reason: "full" }],
      end: { code: 1000, reason: "full" },
    });
    expect([await ann.heard(), await bob.heard()]).toEqual([[], []]);
  });

  test("when one goes, so does the other, and the room is free again", async () => {
    const room = freshAyameRoom();
    for (const leaver of [0, 1] as const) {
      const two = await pair(server.url, room);
      await two[leaver].leave();
      expect(await two[1 - leaver]!.rest()).toEqual(bye);
      await settled(server.url);
    }
  });

  test("of those who come at once two stay, one of whom offers, or one", async () => {
    for (let round = 0; round < 20; round++) {
      const room = freshAyameRoom();
      const three = await Promise.all([1, 2, 3].map(() => AyameClient.enter(server.url, room)));
      await settled(server.url);
      const first = await Promise.all(three.map((client) => client.socket.nextJson()));
      await settled(server.url);
      const seconds = first.map((text) => (text as { isExistClient?: boolean }).isExistClient);
      expect(seconds.filter((isSecond) => isSecond === false).length).toBeGreaterThan(0);
      for (const client of three) client.socket.close(1000);
      for (const client of three) await client.socket.gone;
      await settled(server.url);
      const next = await AyameClient.enter(server.url, room);
      expect(await next.heard()).toEqual([accept(false)]);
      await next.leave();
    }
  });
});

describe("on one node", () => {
  let server: Awaited<ReturnType<typeof ServerProcess.start>>;

  beforeAll(async () => {
    server = await ServerProcess.start([], {
      AYAME_PING_SECONDS: "1",
      JWT_SECRET: secret,
      WEBRTC_STUN_URLS: "stun:stun.example.org:3478",
      WEBRTC_TURN_URLS: "turn:turn.example.org:3478",
      WEBRTC_TURN_SECRET: "secret",
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test.each([
    ["no JSON", "{", { code: 1008, reason: "not a JSON object" }],
    ["null", "null", { code: 1008, reason: "not a JSON object" }],
    ["an unknown type", { type: "bye" }, { code: 1008, reason: "unknown message type" }],
    ["an offer before it", { type: "offer" }, { code: 1008, reason: "register first" }],
    [
      "a register without a room",
      { type: "register", roomId: "" },
      { code: 1008, reason: "roomId must be text of 1 to 255 bytes" },
    ],
  ])("%s ends the connection", async (_what, message, end) => {
    const client = await AyameClient.open(server.url);
    client.send(message);
    expect((await client.rest()).end).toEqual(end);
  });

  test("a second register ends the connection, and the other one's", async () => {
    const room = freshAyameRoom();
    const ann = await AyameClient.enter(server.url, room);
    const bob = await AyameClient.enter(server.url, room);
    bob.send({ type: "register", roomId: freshAyameRoom() });
    expect((await bob.rest()).end).toEqual({ code: 1008, reason: "registered already" });
    expect((await ann.rest()).end).toEqual(bye.end);
  });

  test("a client is pinged from its connection on, unless it is standalone", async () => {
    const [quiet, ann] = [await AyameClient.open(server.url), await AyameClient.open(server.url)];
    ann.send({ type: "register", roomId: freshAyameRoom(), standalone: true });
    expect(await quiet.socket.nextJson()).toEqual({ type: "ping" });
    expect(await quiet.socket.nextJson()).toEqual({ type: "ping" });
    expect((await ann.heard()).filter((text) => Object(text).type === "ping")).toEqual([]);
  });

  test("of two that are standalone, connected ends both, without bye", async () => {
    const room = freshAyameRoom();
    const ann = await AyameClient.enter(server.url, room, { standalone: true });
    const bob = await AyameClient.enter(server.url, room, { standalone: true });
    await ann.socket.next();
    await bob.socket.next();
    ann.send({ type: "connected" });
    expect([await ann.rest(), await bob.rest()]).toEqual([
      { texts: [], end: { code: 1000, reason: "connected" } },
      { texts: [], end: bye.end },
    ]);
  });

  test("STUN servers of the operator are given to all, TURN servers to who has a token", async () => {
    const given = async (path: string): Promise<unknown> => {
      const client = await AyameClient.open(server.url, path);
      client.send({ type: "register", roomId: freshAyameRoom() });
      return ((await client.socket.nextJson()) as { iceServers: unknown }).iceServers;
    };
    const stun = { urls: ["stun:stun.example.org:3478"] };
    expect(await given("/signaling")).toEqual([stun]);
  });
});

test("with tokens required, a room that the token does not name is refused, and TURN servers are given", async () => {
  await using server = await ServerProcess.start([], {
    AUTH: "required",
    JWT_SECRET: secret,
    WEBRTC_TURN_URLS: "turn:turn.example.org:3478",
    WEBRTC_TURN_SECRET: "secret",
  });
  const token = await sign({ sub: "ann", rooms: ["mine"] });
  const client = await AyameClient.open(server.url, `/signaling?token=${token}`);
  client.send({ type: "register", roomId: "mine" });
  expect(await client.socket.nextJson()).toMatchObject({
    type: "accept",
    iceServers: [
      { urls: ["turn:turn.example.org:3478"], username: expect.stringMatching(/:ann$/) },
    ],
  });
  const other = await AyameClient.open(server.url, `/signaling?token=${token}`);
  other.send({ type: "register", roomId: "yours" });
  expect(await other.rest()).toEqual({
    texts: [],
    end: { code: 1008, reason: "room not allowed" },
  });
});
