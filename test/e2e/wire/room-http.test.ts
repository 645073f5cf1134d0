// The ICE configuration and the lists of participants, by REST.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { request } from "../../support/raw-http.ts";
import {
  addresses,
  freshRoom,
  listOf,
  RoomClient,
  settle,
  timeless,
} from "../../support/room-client.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { now, secret, sign } from "../../support/tokens.ts";

let server: Awaited<ReturnType<typeof ServerProcess.start>>;

beforeAll(async () => {
  server = await ServerProcess.start([], { JWT_SECRET: secret });
});

afterAll(() => server[Symbol.asyncDispose]());

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

async function get(path: string, headers: Record<string, string>, url = server.url) {
  const { status, headers: got, body } = await request(url, "GET", path, headers);
  return { status, headers: got, body: JSON.parse(body) };
}

/** The configuration of a server with these variables, for alice. */
async function configuration(environment: Record<string, string>) {
  await using other = await ServerProcess.start([], { JWT_SECRET: secret, ...environment });
  const { body } = await get("/webrtc/config", bearer(await sign()), other.url);
  return body;
}

const google = { urls: ["stun:stun.l.google.com:19302", "stun:stun1.l.google.com:19302"] };

describe("the ICE configuration", () => {
  test.each(["/webrtc/config", "/api/v1/webrtc/config"])(
    "is at %s, in both kinds of names, and is not to be kept",
    async (path) => {
      const { status, headers, body } = await get(path, bearer(await sign()));
      expect({ status, body }).toEqual({
        status: 200,
        body: {
          ice_servers: [google],
          ice_transport_policy: "all",
          bundle_policy: "balanced",
          rtcp_mux_policy: "require",
          iceServers: [google],
          iceTransportPolicy: "all",
          bundlePolicy: "balanced",
          rtcpMuxPolicy: "require",
        },
      });
      expect(headers).toMatchObject({
        "cache-control": "no-store",
        "access-control-allow-methods": "GET, OPTIONS",
      });
    },
  );

  test("is what the variables say", async () => {
    const stun = "stun:a.example:3478, stuns:b.example";
    const turn = "turn:c_1.example:65535?transport=udp,turns:[2001:db8::7]:5349,turn:192.0.2.1";
    expect(
      await configuration({
        WEBRTC_STUN_URLS: stun,
        WEBRTC_TURN_URLS: turn,
        WEBRTC_TURN_USERNAME: "user",
        WEBRTC_TURN_CREDENTIAL: "pass",
        WEBRTC_ICE_TRANSPORT_POLICY: "relay",
        WEBRTC_BUNDLE_POLICY: "max-bundle",
        WEBRTC_RTCP_MUX_POLICY: "negotiate",
      }),
    ).toMatchObject({
      iceServers: [
        { urls: ["stun:a.example:3478", "stuns:b.example"] },
        { urls: turn.split(","), username: "user", credential: "pass" },
      ],
      iceTransportPolicy: "relay",
      bundlePolicy: "max-bundle",
      rtcpMuxPolicy: "negotiate",
    });
  });

  test("has no STUN servers of Google's where there are others, of either kind", async () => {
    const turn = { WEBRTC_TURN_URLS: "turn:c.example", WEBRTC_TURN_SECRET: "s" };
    const all = [
      await configuration({ WEBRTC_STUN_URLS: "stun:a.example" }),
      await configuration(turn),
    ];
    expect(
      all.map(({ ice_servers }) => ice_servers.map(({ urls }: { urls: unknown }) => urls)),
    ).toEqual([[["stun:a.example"]], [["turn:c.example"]]]);
  });

  test("has credentials of the user's own, for a time, by the secret that coturn has too", async () => {
    const { iceServers, ice_servers } = await configuration({
      WEBRTC_TURN_URLS: "turn:c.example",
      WEBRTC_TURN_SECRET: "north",
      WEBRTC_TURN_TTL: "600",
    });
    expect(iceServers).toEqual(ice_servers);
    const [{ username, credential, ttl }] = iceServers;
    const [, expiry] = /^(\d+):alice$/.exec(username) ?? [];
    expect(Number(expiry)).toBeWithin(now() + 540, now() + 601);
    expect(ttl).toBe(600);
    expect(credential).toBe(createHmac("sha1", "north").update(username).digest("base64"));
  });
});

describe("participants", () => {
  const listAt = async (room: string, claims: Record<string, unknown> = {}) => {
    const path = `/webrtc/rooms/${room}/participants`;
    const { status, headers, body } = await get(path, bearer(await sign(claims)));
    return { status, cache: headers["cache-control"], body: timeless(JSON.stringify(body)) };
  };

  test("are listed each once, and nobody in a room that there is not", async () => {
    const room = freshRoom();
    const users = ["ann", "bob", "ann"];
    const clients = [];
    for (const user of users)
      clients.push(await RoomClient.open(server.url, addresses[0], room, user));
    await settle(...clients);
    const answer = { status: 200, cache: "no-store" };
    expect(await listAt(room)).toEqual({ ...answer, body: listOf(room, ["ann", "bob"]) });
    expect(await listAt(freshRoom())).toMatchObject({ ...answer, body: { participant_count: 0 } });
  });

  test.each(["a.b", "a%20b", "", "a".repeat(101)])(
    "of the room %.20j are a bad request",
    async (room) => {
      expect(await listAt(room)).toMatchObject({
        status: 400,
        body: { detail: "invalid room id" },
      });
    },
  );

  test("of a room that the token does not name are not told", async () => {
    const claims = { rooms: ["team-*"] };
    expect(await listAt("team-1", claims)).toMatchObject({ status: 200 });
    expect(await listAt("lobby", claims)).toMatchObject({
      status: 403,
      body: { detail: "room not allowed" },
    });
  });
});

describe("without a good token", () => {
  const paths = ["/webrtc/config", "/api/v1/webrtc/config", "/webrtc/rooms/a/participants"];

  test.each(["/webrtc/config/", "//api//v1/webrtc/config", "/webrtc/rooms/a/participants/"])(
    "%s answers 401, too: slashes too many let nobody in",
    async (path) => {
      expect(await get(path, {})).toMatchObject({ status: 401, body: { detail: "token missing" } });
      expect(await get(path, bearer(await sign()))).toMatchObject({ status: 200 });
    },
  );

  test.each(paths)("%s answers 401, and says what is wrong with it", async (path) => {
    const expired = await sign({ exp: now() - 100 });
    const cases: readonly (readonly [Record<string, string>, string, string])[] = [
      [{}, "", "token missing"],
      [bearer("x"), "", "token invalid"],
      [bearer(expired), "", "token expired"],
      [bearer(await sign()), `?token=${await sign()}`, "token invalid"],
      [bearer(await sign({ sub: "server" })), "", "token invalid"],
    ];
    for (const [headers, query, detail] of cases) {
      const answer = await get(`${path}${query}`, headers);
      expect(answer).toMatchObject({
        status: 401,
        headers: { "www-authenticate": "Bearer", "content-type": expect.stringContaining("json") },
        body: { detail },
      });
    }
  });

  test("nobody gets an answer where there is no key", async () => {
    await using other = await ServerProcess.start();
    expect(await get("/webrtc/config", bearer(await sign()), other.url)).toMatchObject({
      status: 401,
      body: { detail: "no JWT key configured" },
    });
  });
});
