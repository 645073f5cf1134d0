// A hosted TURN service: what of it clients are told, how often it is asked, and what happens while it is away.

import { afterEach, beforeEach, expect, setSystemTime, test } from "bun:test";
import { iceGrant } from "../../src/ice/grant.ts";
import { HostedServers } from "../../src/ice/hosted.ts";
import type { Settings } from "../../src/options/option.ts";

const defaults: Settings = (option) => option.default;
const open: Settings = (option) => (option.name === "ice-open" ? (true as never) : option.default);

const turn = { urls: ["turn:t.example:3478"], username: "u", credential: "c" };

/** A service, which answers what a test says, and keeps what it was asked. */
class Service implements Disposable {
  readonly asked: { method: string; authorization: string | null; body: string }[] = [];
  answer: () => Response | Promise<Response> = () => Response.json({ iceServers: [turn] });
  readonly #server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const { method, headers } = request;
      const authorization = headers.get("Authorization");
      this.asked.push({ method, authorization, body: await request.text() });
      return await this.answer();
    },
  });

  hosted(key?: string, ttl = 100) {
    const problems: string[] = [];
    const failed = (problem: string) => void problems.push(problem);
    return { hosted: new HostedServers({ url: this.#server.url, key, ttl, failed }), problems };
  }

  [Symbol.dispose](): void {
    this.#server.stop(true);
  }
}

const start = new Date("2030-01-01T00:00:00Z").getTime();
const at = (seconds: number) => setSystemTime(new Date(start + seconds * 1000));
beforeEach(() => at(0));
afterEach(() => setSystemTime());

test("who has a token is told its servers, and for how long; others only with --ice-open, for less", async () => {
  using service = new Service();
  const { hosted } = service.hosted("k", 3600);
  await hosted.renew();
  expect(service.asked).toEqual([
    { method: "POST", authorization: "Bearer k", body: '{"ttl":3600}' },
  ]);
  const grant = { iceServers: [{ ...turn, ttl: 1800 }], iceSeconds: 1800 };
  expect(iceGrant(defaults, hosted, "ann")).toEqual(grant);
  expect(iceGrant(open, hosted, undefined)).toEqual({ ...grant, iceSeconds: 600 });
  expect(iceGrant(defaults, hosted, undefined).iceSeconds).toBeUndefined();
  expect(JSON.stringify(iceGrant(defaults, hosted, undefined))).not.toContain("turn:");
});

test.each([
  ["Cloudflare", { iceServers: { urls: ["stun:s", "turn:t"], username: "u", credential: "c" } }],
  ["Twilio", { ice_servers: [{ url: "turn:t", ...turn }], ttl: "100", password: "c" }],
  ["Metered", [{ urls: "stun:s" }, turn]],
])("answers like those of %s are understood", async (_name, answer) => {
  using service = new Service();
  service.answer = () => Response.json(answer);
  const { hosted, problems } = service.hosted();
  await hosted.renew();
  expect(problems).toEqual([]);
  expect(service.asked[0]).toMatchObject({ method: "GET", authorization: null });
  expect(hosted.current?.seconds).toBe(50);
  expect(hosted.current?.servers.at(-1)).toMatchObject({ credential: "c", ttl: 50 });
});

test("it is asked again at half of their time, and not before", async () => {
  using service = new Service();
  const { hosted } = service.hosted();
  await Promise.all([hosted.renew(), hosted.renew()]);
  at(49);
  await hosted.renew();
  expect(service.asked).toHaveLength(1);
  at(51);
  service.answer = () => Response.json({ iceServers: [{ ...turn, username: "v" }], ttl: 40 });
  await hosted.renew();
  expect(hosted.current).toMatchObject({ servers: [{ username: "v" }], seconds: 20 });
});

test("while it is away its last servers are served on until they end, and it is asked less and less", async () => {
  using service = new Service();
  const { hosted, problems } = service.hosted();
  await hosted.renew();
  service.answer = () => new Response("not now", { status: 503 });
  const asked: number[] = [];
  for (let seconds = 50; seconds < 200; seconds++) {
    at(seconds);
    const before = service.asked.length;
    await hosted.renew();
    if (service.asked.length > before) asked.push(seconds);
    if (seconds === 90) expect(hosted.current).toMatchObject({ seconds: 8 });
    if (seconds === 99) expect(hosted.current?.servers).toHaveLength(1);
    if (seconds >= 100) expect(hosted.current).toBeUndefined();
  }
  expect(asked).toEqual([50, 52, 56, 64, 80, 112, 172]);
  expect(new Set(problems)).toEqual(new Set(["status 503"]));
  service.answer = () => Response.json({ iceServers: [turn] });
  at(300);
  await hosted.renew();
  expect(hosted.current?.seconds).toBe(50);
});

test.each([
  ["no JSON", () => new Response("<html>"), "not ICE servers"],
  ["no servers", () => Response.json({ iceServers: [] }), "not ICE servers"],
  ["servers without addresses", () => Response.json([{ username: "u" }]), "not ICE servers"],
  ["no sensible time", () => Response.json({ iceServers: [turn], ttl: -1 }), "not ICE servers"],
  ["a redirection", () => Response.redirect("http://127.0.0.1:1/", 302), "status 302"],
  ["more than 64 KiB", () => new Response(" ".repeat(70_000)), "too long"],
] as const)("an answer with %s is not taken", async (_name, answer, problem) => {
  using service = new Service();
  service.answer = answer;
  const { hosted, problems } = service.hosted();
  await hosted.renew();
  expect([hosted.current, problems]).toEqual([undefined, [problem]]);
});

test("a service that is not there is a problem with a name", async () => {
  const problems: string[] = [];
  const url = new URL("http://127.0.0.1:1/");
  const failed = (problem: string) => void problems.push(problem);
  await new HostedServers({ url, key: undefined, ttl: 1, failed }).renew();
  expect(problems).toEqual([expect.stringMatching(/^E?CONN(?:ECTION)?_?REFUSED$/i)]);
});
