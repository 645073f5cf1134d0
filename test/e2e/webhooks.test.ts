// Webhooks: what they are told, how it is signed, and what happens if they do not take it.

import { expect, test } from "bun:test";
import { scrape } from "../support/metrics.ts";
import { Program, run } from "../support/program.ts";
import { request } from "../support/raw-http.ts";
import { upgradeHeaders } from "../support/raw-upgrade.ts";
import { ServerProcess } from "../support/server-process.ts";
import { until } from "../support/talkers.ts";
import { secret, sign } from "../support/tokens.ts";
import { joinTopic } from "../support/topic-client.ts";
import { YClient } from "../support/y-webrtc-client.ts";

const webhookSecret = "a secret of webhooks";

interface Told {
  readonly node: string;
  readonly lost: number;
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

/** Takes what it is told, with these answers first. */
function receiver(...answers: number[]) {
  const told: Told[] = [];
  const signatures: boolean[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(message) {
      const body = await message.text();
      const [, time, hash] =
        /^t=(\d+),v1=([0-9a-f]{64})$/.exec(message.headers.get("Signalbox-Signature") ?? "") ?? [];
      const due = new Bun.CryptoHasher("sha256", webhookSecret).update(`${time}.${body}`);
      signatures.push(due.digest("hex") === hash && Date.now() / 1000 - Number(time) < 60);
      const status = answers.shift() ?? 204;
      if (status < 300) told.push(JSON.parse(body));
      return new Response(null, { status });
    },
  });
  const events = (): readonly Readonly<Record<string, unknown>>[] =>
    told
      .flatMap((each) => each.events)
      .map(({ time, ...event }) => ({ time: typeof time, ...event }));
  return {
    told,
    signatures,
    events,
    env: { WEBHOOK_URL: server.url.href, WEBHOOK_SECRET: webhookSecret },
    [Symbol.dispose]: () => void server.stop(true),
  };
}

test("they are told who comes and goes and who is refused, signed", async () => {
  using hook = receiver();
  const env = { ...hook.env, JWT_SECRET: secret, AUTH: "required" };
  await using server = await ServerProcess.start([], env);
  const come = async (sub: string) => joinTopic(server.url, `hall?token=${await sign({ sub })}`);
  const [ann, bob] = [await come("ann"), await come("bob")];
  for (const { socket } of [ann, bob]) {
    socket.close(1000);
    await socket.gone;
  }
  await request(server.url, "GET", "/nowhere", upgradeHeaders);
  const hall = { time: "string", protocol: "topic", topic: "hall" };
  await until(() => hook.events().length === 7, "not everything was told");
  expect([hook.events(), new Set(hook.signatures)]).toEqual([
    [
      { event: "topic_opened", ...hall },
      { event: "peer_joined", ...hall, connection: 1, user: "ann" },
      { event: "peer_joined", ...hall, connection: 2, user: "bob" },
      { event: "peer_left", ...hall, connection: 1, user: "ann" },
      { event: "peer_left", ...hall, connection: 2, user: "bob" },
      { event: "topic_closed", ...hall },
      { event: "refused", time: "string", connection: 3, refusal: "not-found", status: 404 },
    ],
    new Set([true]),
  ]);
});

test("a topic that has members of two kinds in its protocol is opened and closed once", async () => {
  using hook = receiver();
  await using server = await ServerProcess.start([], hook.env);
  // Of y-webrtc, and of trystero's ws-relay.
  const [ann, bob] = [await YClient.open(server.url, ["hall"]), await YClient.open(server.url)];
  await bob.say({ type: "subscribe", topic: "hall" });
  await until(() => hook.events().length === 3, "not everything was told");
  for (const { socket } of [ann, bob]) {
    socket.close(1000);
    await socket.gone;
  }
  await until(() => hook.events().length === 6, "not everything was told");
  expect(hook.events().map(({ event }) => event)).toEqual([
    "topic_opened",
    "peer_joined",
    "peer_joined",
    "peer_left",
    "peer_left",
    "topic_closed",
  ]);
});

test("what is not taken is told again, in order, and only what was chosen", async () => {
  using hook = receiver(500, 429);
  const env = { ...hook.env, WEBHOOK_EVENTS: "peer_joined" };
  await using server = await ServerProcess.start([], env);
  for (const topic of ["a", "b", "c"]) await joinTopic(server.url, topic);
  await until(() => hook.events().length === 3, "not everything was told");
  expect(hook.events().map(({ event, topic }) => [event, topic])).toEqual([
    ["peer_joined", "a"],
    ["peer_joined", "b"],
    ["peer_joined", "c"],
  ]);
  await server.logged(({ msg }) => msg === "a webhook does not take what it is told");
});

test("what is refused for good is lost, and the next time that is said", async () => {
  using hook = receiver(400);
  await using server = await ServerProcess.start([], {
    ...hook.env,
    WEBHOOK_EVENTS: "peer_joined",
  });
  await joinTopic(server.url, "a");
  const line = await server.logged(({ msg }) => msg === "events for a webhook are lost");
  await joinTopic(server.url, "b");
  await until(() => hook.told.length === 1, "nothing was told");
  expect((await scrape(server)).get("signalbox_webhook_events_lost_total")).toBe(1);
  expect([line, hook.told[0]?.lost, hook.events()]).toMatchObject([
    { lost: 1, status: 400 },
    1,
    [{ topic: "b" }],
  ]);
});

test("what waits is told when the server stops, and an address that is away holds up nothing", async () => {
  using hook = receiver();
  const env = { ...hook.env, WEBHOOK_URL: `http://127.0.0.1:1/,${hook.env.WEBHOOK_URL}` };
  await using server = await Program.serve([], { env });
  const ann = await joinTopic(server.url, "hall");
  ann.socket.close(1000);
  await ann.socket.gone;
  server.signal("SIGTERM");
  expect((await server.ended).code).toBe(0);
  expect(hook.events().map(({ event }) => event)).toEqual([
    "topic_opened",
    "peer_joined",
    "peer_left",
    "topic_closed",
  ]);
});

test.each([
  [{ WEBHOOK_URL: "http://a" }, "WEBHOOK_URL needs WEBHOOK_SECRET"],
  [{ WEBHOOK_URL: "ftp://a", WEBHOOK_SECRET: webhookSecret }, "WEBHOOK_URL must be addresses like"],
  [{ WEBHOOK_EVENTS: "joined" }, "WEBHOOK_EVENTS must be some of topic_opened, "],
  [{ WEBHOOK_SECRET: "short" }, "WEBHOOK_SECRET must be at least 16 characters long"],
])("no server starts with %j", async (env, problem) => {
  const { code, stderr } = await run(["serve"], { env: env as Record<string, string> });
  expect([code, stderr.includes(`signalbox: ${problem}`)]).toEqual([2, true]);
});
