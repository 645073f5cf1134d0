// signalbox --dev: a random key, and tokens for pages on this machine.

import { describe, expect, test } from "bun:test";
import { Program, refusal } from "../../support/program.ts";
import { request } from "../../support/raw-http.ts";
import { secret } from "../../support/tokens.ts";

const path = "/demo/room/token";

const tokenOf = async (url: URL, headers: Record<string, string> = {}) =>
  JSON.parse((await request(url, "GET", path, headers)).body);

describe("--dev", () => {
  test("says so at the start, and gives tokens that are good as long as the process runs", async () => {
    await using server = await Program.serve(["--dev"]);
    const { url } = server;
    const answer = await request(url, "GET", path, { Origin: url.origin });
    const { token, ...rest } = JSON.parse(answer.body);
    expect(rest).toEqual({ hasKey: true, isDev: true });
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
    const headers = { Authorization: `Bearer ${token}` };
    expect((await request(url, "GET", "/webrtc/config", headers)).status).toBe(200);
    expect((await tokenOf(url)).token).not.toBe(token);

    await using other = await Program.serve(["--dev"]);
    expect((await request(other.url, "GET", "/webrtc/config", headers)).status).toBe(401);

    server.signal("SIGTERM");
    const [line = ""] = (await server.ended).stdout.split("\n");
    expect(JSON.parse(line).dev).toBe(
      `${url.origin}/demo/room is open to this machine; the key for its tokens is random, and ends with this process`,
    );
    expect(JSON.parse(line)).not.toHaveProperty("tokens");
  });

  test("gives none to other machines, by whatever way they ask", async () => {
    await using server = await Program.serve(["--dev"]);
    const none = { hasKey: true, isDev: true };
    for (const headers of [
      { Host: "elsewhere.example" },
      { Host: "localhost.example:80" },
      { "X-Forwarded-For": "203.0.113.1" },
      { Forwarded: "for=203.0.113.1" },
      { Via: "1.1 tunnel" },
    ] as Record<string, string>[])
      expect(await tokenOf(server.url, headers)).toEqual(none);
    for (const Host of ["localhost", "app.localhost:8081", "[::1]:8081", "127.0.0.1"])
      expect(await tokenOf(server.url, { Host })).toHaveProperty("token");
  });

  test("is needed for that", async () => {
    await using server = await Program.serve([], { env: { JWT_SECRET: secret } });
    expect(await tokenOf(server.url)).toEqual({ hasKey: true, isDev: false });
    await using bare = await Program.serve();
    expect(await tokenOf(bare.url)).toEqual({ hasKey: false, isDev: false });
  });

  test("is refused with a key, and with Redis, as other nodes would not know its key", async () => {
    const [key, redis] = [
      await refusal(["--dev"], { env: { JWT_SECRET: secret } }),
      await refusal([], { env: { SIGNALBOX_DEV: "true", REDIS_URL: "redis://127.0.0.1:1" } }),
    ];
    expect([key.code, redis.code]).toEqual([2, 2]);
    expect(key.stderr).toContain("--dev makes a key of its own: leave it out, or JWT_SECRET");
    expect(redis.stderr).toContain("not with --redis-url");
  });
});
