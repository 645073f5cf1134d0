// What `/metrics` says after a script whose every step is known, on one process and on several.

import { describe, expect, test } from "bun:test";
import { channelFrom } from "../../../src/core/limits.ts";
import { metrics } from "../../../src/operator/metrics/catalogue.ts";
import { ClusterOfNodes } from "../../support/cluster.ts";
import { growth, read, scrape } from "../../support/metrics.ts";
import { describeWith } from "../../support/missing.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { RedisServer, redisProgram } from "../../support/redis-server.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { until } from "../../support/talkers.ts";
import { secret, sign } from "../../support/tokens.ts";
import { freshTopic, heard, joinTopic, joinTwo } from "../../support/topic-client.ts";

const bytesOf = (texts: readonly string[]): number =>
  texts.reduce((bytes, text) => bytes + Buffer.byteLength(text), 0);

/** Those that a script decides. */
const isScripted = (series: string): boolean =>
  !/process_|event_loop|redis_publish|round_trip/.test(series);

const scripted = (grown: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(grown).filter(([series]) => isScripted(series)));

test("each series has grown by what a script did, and no other", async () => {
  await using server = await ServerProcess.start([], { JWT_SECRET: secret });
  const before = await scrape(server);
  const [ann, bob] = await joinTwo(server.url, freshTopic());
  const sent = [
    `{"type":"offer","to":"${bob.id}","payload":"hé"}`,
    '{"type":"offer","to":"nobody","msgId":"1"}',
  ];
  for (const text of sent) ann.socket.send(text);
  const got = [await bob.socket.next(), await ann.socket.next()];
  // One is refused for its token, one for its path, and a client that is too large.
  const refused = await RawSocket.open(server.url, "/webrtc/ws/room?token=bad");
  await refused.closed;
  await fetch(new URL("/nowhere", server.url), {
    headers: {
      Upgrade: "websocket",
      Connection: "Upgrade",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    },
  });
  const large = "x".repeat(70_000);
  bob.socket.send(large);
  await bob.socket.closed;
  const left = await ann.socket.next();
  await server.logged(({ msg, code }) => msg === "connection ended" && code === 1009);
  await server.logged(({ msg, code }) => msg === "connection ended" && code === 1008);
  const lists = [ann.list, bob.list];
  const welcome = (id: string) => `{"type":"welcome","selfId":"${id}"}`;
  const all = [
    welcome(ann.id),
    welcome(bob.id),
    ...lists,
    `{"type":"peer-joined","peerId":"${bob.id}"}`,
    ...got,
    left,
  ];
  expect(scripted(growth(before, await scrape(server)))).toEqual({
    'signalbox_connections{protocol="topic"}': 1,
    'signalbox_connects_total{protocol="topic"}': 2,
    'signalbox_connects_total{protocol="room"}': 1,
    'signalbox_disconnects_total{protocol="topic",reason="too-large"}': 1,
    'signalbox_disconnects_total{protocol="room",reason="token-refused"}': 1,
    'signalbox_token_refusals_total{protocol="room",reason="malformed"}': 1,
    'signalbox_refusals_total{reason="not-found"}': 1,
    'signalbox_topics{protocol="topic"}': 1,
    'signalbox_members{protocol="topic"}': 1,
    'signalbox_joins_total{protocol="topic"}': 2,
    'signalbox_leaves_total{protocol="topic"}': 1,
    'signalbox_frames_total{protocol="topic",direction="received"}': 3,
    'signalbox_bytes_total{protocol="topic",direction="received"}': bytesOf([...sent, large]),
    'signalbox_frames_total{protocol="topic",direction="sent"}': all.length,
    'signalbox_bytes_total{protocol="topic",direction="sent"}': bytesOf(all),
    'signalbox_relays_total{protocol="topic",outcome="sent"}': 1,
    'signalbox_relays_total{protocol="topic",outcome="absent"}': 1,
  });
});

test("what a native channel carries counts once for each receiver", async () => {
  await using server = await ServerProcess.start();
  const topic = freshTopic();
  const clients = [await joinTopic(server.url, topic)];
  while (clients.length < channelFrom + 3) clients.push(await joinTopic(server.url, topic));
  for (const { socket } of clients) await heard(socket);
  const before = await scrape(server);
  const { id, list } = await joinTopic(server.url, topic);
  const texts = await Promise.all(clients.map(({ socket }) => socket.next()));
  const grown = growth(before, await scrape(server));
  const all = [...texts, `{"type":"welcome","selfId":"${id}"}`, list];
  expect([
    grown['signalbox_frames_total{protocol="topic",direction="sent"}'],
    grown['signalbox_bytes_total{protocol="topic",direction="sent"}'],
  ]).toEqual([all.length, bytesOf(all)]);
});

test("a PeerJS message that waits for its peer is kept, not absent", async () => {
  await using server = await ServerProcess.start();
  const open = (id: string) =>
    RawSocket.open(server.url, `/peerjs?key=peerjs&id=${id}&token=t&version=1.5.5`);
  const ann = await open("ann");
  await ann.next();
  const before = await scrape(server);
  ann.send('{"type":"OFFER","dst":"bob","payload":{}}');
  await until(async () => {
    const grown = growth(before, await scrape(server));
    return grown['signalbox_relays_total{protocol="peerjs",outcome="kept"}'] === 1;
  }, "it is not kept");
  expect(growth(before, await scrape(server))).not.toHaveProperty([
    'signalbox_relays_total{protocol="peerjs",outcome="absent"}',
  ]);
});

test("a message to everybody in a room that its sender may not send is counted", async () => {
  await using server = await ServerProcess.start([], { JWT_SECRET: secret });
  const path = `/webrtc/ws/room?token=${await sign({ can: ["signal"] })}`;
  const ann = await RawSocket.open(server.url, path);
  ann.send('{"type":"offer","payload":{}}');
  await until(async () => {
    const samples = await scrape(server);
    return samples.get('signalbox_broadcasts_forbidden_total{protocol="room"}') === 1;
  }, "it is not counted");
});

test("TURN credentials that are handed out are counted", async () => {
  await using server = await ServerProcess.start([], {
    JWT_SECRET: secret,
    WEBRTC_TURN_URLS: "turn:turn.example:3478",
    WEBRTC_TURN_SECRET: "a secret",
  });
  const headers = { Authorization: `Bearer ${await sign()}` };
  await fetch(new URL("/webrtc/config", server.url), { headers });
  expect((await scrape(server)).get("signalbox_turn_credentials_total")).toBe(1);
});

test("figures of the process are the system's own", async () => {
  await using server = await ServerProcess.start();
  const scraped = await scrape(server);
  const of = (name: string) => scraped.get(`signalbox_process_${name}{process="main"}`) ?? 0;
  const resident = await server.residentBytes();
  expect(Math.abs(of("resident_memory_bytes") - resident)).toBeLessThan(32 * 2 ** 20);
  expect(Math.abs(of("start_time_seconds") - Date.now() / 1000)).toBeLessThan(60);
  expect([of("open_fds") > 5, of("max_fds") > 100, of("cpu_seconds_total") > 0]).toEqual([
    true,
    true,
    true,
  ]);
});

describeWith(redisProgram, "Redis")("several processes", () => {
  test("one scrape has all workers, and what one of them counted before it was replaced", async () => {
    await using redis = await RedisServer.start();
    await using server = await ServerProcess.start(["--workers", "2"], { REDIS_URL: redis.url });
    const topic = freshTopic();
    const clients = await Promise.all(
      Array.from({ length: 8 }, () => joinTopic(server.url, topic)),
    );
    const first = await scrape(server);
    const connects = 'signalbox_connects_total{protocol="topic"}';
    expect([first.get(connects), first.get('signalbox_members{protocol="topic"}')]).toEqual([8, 8]);
    server.signal("SIGUSR2");
    await Promise.all(clients.map(({ socket }) => socket.closed));
    await server.logged(({ msg }) => msg === "all workers are replaced");
    const last = await scrape(server);
    expect([
      last.get(connects),
      last.get('signalbox_connections{protocol="topic"}'),
      last.get('signalbox_disconnects_total{protocol="topic",reason="restart"}'),
    ]).toEqual([8, 0, 8]);
  }, 30_000);

  test("nodes count the relays between them, and what Redis takes for it", async () => {
    await using nodes = await ClusterOfNodes.start(2);
    const [near, far] = nodes.nodes;
    const topic = freshTopic();
    const ann = await joinTopic(near!.url, topic);
    const bob = await joinTopic(far!.url, topic);
    await ann.socket.next();
    ann.socket.send(`{"type":"offer","to":"${bob.id}"}`);
    await bob.socket.next();
    const [here, there] = [await scrape(near!), await scrape(far!)];
    expect({
      sent: here.get('signalbox_node_relays_total{direction="sent"}'),
      received: there.get('signalbox_node_relays_total{direction="received"}'),
      up: here.get("signalbox_bus_up"),
      hasPublished: (here.get("signalbox_redis_publish_seconds_count") ?? 0) > 0,
    }).toEqual({ sent: 1, received: 1, up: 1, hasPublished: true });
    await until(
      async () => (await scrape(near!)).get("signalbox_nodes") === 2,
      "the other node is not known",
    );
    await until(
      async () =>
        ((await scrape(near!)).get("signalbox_node_relay_round_trip_seconds_count") ?? 0) > 0,
      "the relay is not confirmed",
    );
  }, 20_000);

  test("every metric of the catalogue is there, and no other", async () => {
    await using nodes = await ClusterOfNodes.start(1);
    const response = await fetch(new URL("/metrics", nodes.nodes[0]!.operators));
    const text = await response.text();
    const typed = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name]) => name ?? "");
    // Those that count what has not happened yet have no series.
    const unhappened = new Set([
      "signalbox_disconnects_total",
      "signalbox_refusals_total",
      "signalbox_token_refusals_total",
      "signalbox_redis_refused_commands_total",
    ]);
    const expected = Object.keys(metrics).filter((name) => !unhappened.has(name));
    expect(typed).toEqual(expected);
    expect([...read(text).values()].every((value) => value >= 0)).toBe(true);
  });
});

describe("a server with nothing to do", () => {
  test("has counters that do not grow from scrape to scrape", async () => {
    await using server = await ServerProcess.start();
    const first = await scrape(server);
    expect(scripted(growth(first, await scrape(server)))).toEqual({});
  });
});
