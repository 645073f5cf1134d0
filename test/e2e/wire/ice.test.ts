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
