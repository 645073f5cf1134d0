// What others notice when a server stops: nothing, for as long as its clients may come back.

import { expect, test } from "bun:test";
import { ClusterOfNodes } from "../../support/cluster.ts";
import { describeWith } from "../../support/missing.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { redisProgram } from "../../support/redis-server.ts";
import { addresses, freshRoom, RoomClient, serverFrames } from "../../support/room-client.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { secret } from "../../support/tokens.ts";
import { freshTopic, heard, joinTopic } from "../../support/topic-client.ts";

test("a server alone that stops announces nobody as gone", async () => {
  await using server = await ServerProcess.start([], { DRAIN_SECONDS: "1" });
  const topic = freshTopic();
  const clients = [];
  for (let n = 0; n < 3; n++) clients.push(await joinTopic(server.url, topic));
  server.signal("SIGTERM");
  const rests = await Promise.all(clients.map(({ socket }) => socket.rest()));
  expect(rests.flat().filter((text) => text.includes("peer-left"))).toEqual([]);
  expect(await server.exited).toBe(0);
});

test("a server is unready before it closes the first connection, for --drain-delay-seconds", async () => {
  await using server = await ServerProcess.start([], { DRAIN_DELAY_SECONDS: "1" });
  const { socket } = await joinTopic(server.url, freshTopic());
  server.signal("SIGTERM");
  await server.logged(({ msg }) => msg.startsWith("closing all connections"));
  const ready = await fetch(new URL("/readyz", server.url));
  expect(ready.status).toBe(503);
  const late = await joinTopic(server.url, freshTopic());
  expect(await heard(socket)).toEqual([]);
  expect([(await socket.closed).code, (await late.socket.closed).code]).toEqual([1012, 1012]);
});

interface Welcome {
  readonly selfId: string;
  readonly resume: string;
  readonly resumed?: boolean;
  readonly missed?: boolean;
}

/** Joins a topic so that it may come back, or comes back. */
async function stay(url: URL, topic: string, query: string) {
  const socket = await RawSocket.open(url, `/ws/${topic}?${query}`);
  const welcome = (await socket.nextJson()) as Welcome;
  return { socket, welcome };
}

test("with a key that is given, a server alone that is started again knows its members", async () => {
  const environment = { RESUME_KEY: "a key of the tests, 32 bytes or more" };
  await using server = await ServerProcess.start([], environment);
  const topic = freshTopic();
  const { welcome } = await stay(server.url, topic, "resume=new");
  server.signal("SIGKILL");
  await using again = await ServerProcess.start([], environment);
  const back = await stay(again.url, topic, `resume=${welcome.resume}&received=2`);
  expect(back.welcome).toMatchObject({ selfId: welcome.selfId, resumed: true, missed: true });
});

describeWith(redisProgram, "Redis")("a node of two that stops", () => {
  test.concurrent("has its members kept by the other, until --resume-seconds have passed", async () => {
    await using cluster = await ClusterOfNodes.start(2, { RESUME_SECONDS: "2" });
    const topic = freshTopic();
    const ann = await joinTopic(cluster.url(0), topic);
    const bob = await joinTopic(cluster.url(1), topic);
    await ann.socket.next();
    await cluster.met();
    cluster.nodes[0]!.signal("SIGTERM");
    expect(await cluster.nodes[0]!.exited).toBe(0);
    const since = performance.now();
    expect(await heard(bob.socket)).toEqual([]);
    expect(await bob.socket.next()).toBe(`{"type":"peer-left","peerId":"${ann.id}"}`);
    expect(performance.now() - since).toBeGreaterThan(1000);
  }, 20_000);

  test.concurrent("has nobody miss a user of a room who comes to the other in time", async () => {
    await using cluster = await ClusterOfNodes.start(2, {
      JWT_SECRET: secret,
      RESUME_SECONDS: "2",
    });
    const [here] = addresses;
    const room = freshRoom();
    const { state, joined } = serverFrames(here, room);
    const bob = await RoomClient.open(cluster.url(1), here, room, "bob");
    expect(await bob.next()).toEqual(state("bob"));
    const ann = await RoomClient.open(cluster.url(0), here, room, "ann");
    expect([await bob.next(), await bob.next()]).toEqual([state("bob", "ann"), joined("ann")]);
    const topic = freshTopic();
    const watcher = await joinTopic(cluster.url(1), topic);
    const other = await joinTopic(cluster.url(0), topic);
    await watcher.socket.next();
    await cluster.met();
    cluster.nodes[0]!.signal("SIGTERM");
    await ann.socket.closed;
    const back = await RoomClient.open(cluster.url(1), here, room, "ann");
    expect(await back.next()).toEqual(state("bob", "ann"));
    // The node is gone for good once others of it have left.
    expect(await watcher.socket.next()).toBe(`{"type":"peer-left","peerId":"${other.id}"}`);
    const chat = { type: "chat_message", payload: { text: "still there" } };
    back.send(chat);
    expect(await bob.next()).toMatchObject(chat);
  }, 20_000);

  test.concurrent("has the PeerJS ids of its clients kept for their tokens", async () => {
    await using cluster = await ClusterOfNodes.start(2);
    const open = async (node: number, token: string): Promise<unknown> => {
      const path = `/peerjs?key=peerjs&id=held&token=${token}`;
      return await (await RawSocket.open(cluster.url(node), path)).nextJson();
    };
    expect(await open(0, "its-own")).toEqual({ type: "OPEN" });
    await cluster.met();
    cluster.nodes[0]!.signal("SIGTERM");
    expect(await cluster.nodes[0]!.exited).toBe(0);
    expect(await open(1, "another")).toMatchObject({ type: "ID-TAKEN" });
    expect(await open(1, "its-own")).toEqual({ type: "OPEN" });
  }, 20_000);

  test.concurrent.each(["SIGTERM", "SIGKILL", "SIGSTOP"] as const)(
    "and gets %s has its members go on at the other, and nobody notices",
    async (signal) => {
      // Nodes that have just started may not have agreed on a key.
      const key = { RESUME_KEY: "k".repeat(32) };
      // Longer than a node that stands still is waited for: when its lease has ended, its members are gone.
      const lease = { CLUSTER_LEASE_SECONDS: "5" };
      await using cluster = await ClusterOfNodes.start(2, {
        RESUME_SECONDS: "3",
        ...key,
        ...lease,
      });
      const topic = freshTopic();
      const { socket, welcome } = await stay(cluster.url(0), topic, "resume=new");
      const bob = await joinTopic(cluster.url(1), topic);
      await socket.next();
      await socket.next();
      // On a busy machine it may have joined before it was known who is there.
      if (!bob.list.includes(welcome.selfId)) await bob.socket.next();
      const watcher = await joinTopic(cluster.url(1), `${topic}-watched`);
      const other = await joinTopic(cluster.url(0), `${topic}-watched`);
      await watcher.socket.next();
      await cluster.met();
      cluster.nodes[0]!.signal(signal);
      if (signal !== "SIGSTOP") await socket.closed;
      const query = `resume=${welcome.resume}&received=3`;
      const ann = await stay(cluster.url(1), topic, query);
      expect(ann.welcome).toMatchObject({ selfId: welcome.selfId, resumed: true });
      expect(await ann.socket.next()).toContain(`"peers":[{"id":"${bob.id}"}]`);
      // Until the node is gone for good, and when it is.
      expect(await watcher.socket.next()).toBe(`{"type":"peer-left","peerId":"${other.id}"}`);
      if (signal === "SIGSTOP") cluster.nodes[0]!.signal("SIGCONT");
      bob.socket.send(`{"type":"offer","to":"${welcome.selfId}","msgId":"1"}`);
      expect(await ann.socket.next()).toContain('"msgId":"1"');
      ann.socket.send(`{"type":"offer","to":"${bob.id}","msgId":"2"}`);
      expect(await bob.socket.next()).toContain('"msgId":"2"');
    },
    20_000,
  );
});
