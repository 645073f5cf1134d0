// GET /ice of the real server.

import { expect, test } from "bun:test";
import { request } from "../../support/raw-http.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { secret, sign } from "../../support/tokens.ts";

test("/ice tells everybody of STUN, who has a token of TURN, and refuses a bad token", async () => {
  await using server = await ServerProcess.start([], {
    JWT_SECRET: secret,
    WEBRTC_STUN_URLS: "stun:stun.example.org:3478",
    ICE_TURN_SERVERS: "turn:turn.example.org:3478 s3cr3t",
  });
  const get = async (headers: Record<string, string> = {}) => {
    const { status, body } = await request(server.url, "GET", "/ice", headers);
    return { status, body: status === 200 ? JSON.parse(body) : body };
  };
  const stun = { urls: ["stun:stun.example.org:3478"] };
  expect(await get()).toEqual({ status: 200, body: { iceServers: [stun] } });
  const { status, body } = await get({ Authorization: `Bearer ${await sign({ sub: "ann" })}` });
  expect(status).toBe(200);
  expect(body).toEqual({
    iceServers: [
      stun,
      {
        urls: ["turn:turn.example.org:3478"],
        username: expect.stringMatching(/^\d+:ann$/),
        credential: expect.any(String),
        ttl: 3600,
      },
    ],
    iceSeconds: 3600,
  });
  expect((await get({ Authorization: "Bearer a.b.c" })).status).toBe(401);
});

test("/ice, /webrtc/config and topics tell of the servers of a hosted service at ICE_URL", async () => {
  const turn = { urls: ["turn:hosted.example:3478"], username: "u", credential: "c" };
  using service = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) =>
      request.headers.get("Authorization") === "Bearer k3y"
        ? Response.json({ iceServers: [turn], ttl: 7200 })
        : new Response(null, { status: 401 }),
  });
  await using server = await ServerProcess.start([], {
    JWT_SECRET: secret,
    ICE_URL: service.url.href,
    ICE_URL_KEY: "k3y",
  });
  const headers = { Authorization: `Bearer ${await sign({ sub: "ann" })}` };
  const get = async (path: string) =>
    JSON.parse((await request(server.url, "GET", path, headers)).body);
  const hosted = { ...turn, ttl: 3600 };
  let ice = await get("/ice");
  // The service has not answered yet.
  while (!JSON.stringify(ice).includes("hosted.example")) {
    await Bun.sleep(20);
    ice = await get("/ice");
  }
  expect(ice).toEqual({ iceServers: [hosted], iceSeconds: 3600 });
  expect((await get("/webrtc/config")).iceServers).toEqual([hosted]);
  expect(await (await fetch(new URL("/ice", server.url))).text()).not.toContain("hosted.example");
});
