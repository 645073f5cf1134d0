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

describeWith(redisProgram, "Redis")("a node of two that stops", () => {
  test("has its members kept by the other, until --resume-seconds have passed", async () => {
    await using cluster = await ClusterOfNodes.start(2, { RESUME_SECONDS: "2" });
    const topic = freshTopic();
    const ann = await joinTopic(cluster.url(0), topic);
    const bob = await joinTopic(cluster.url(1), topic);
    await ann.socket.next();
    cluster.nodes[0]!.signal("SIGTERM");
    expect(await cluster.nodes[0]!.exited).toBe(0);
    const since = performance.now();
    expect(await heard(bob.socket)).toEqual([]);
    expect(await bob.socket.next()).toBe(`{"type":"peer-left","peerId":"${ann.id}"}`);
    expect(performance.now() - since).toBeGreaterThan(1000);
  }, 20_000);

  test("has nobody miss a user of a room who comes to the other in time", async () => {
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

  test("has the PeerJS ids of its clients kept for their tokens", async () => {
    await using cluster = await ClusterOfNodes.start(2);
    const open = async (node: number, token: string): Promise<unknown> => {
      const path = `/peerjs?key=peerjs&id=held&token=${token}`;
      return await (await RawSocket.open(cluster.url(node), path)).nextJson();
    };
    expect(await open(0, "its-own")).toEqual({ type: "OPEN" });
    cluster.nodes[0]!.signal("SIGTERM");
    expect(await cluster.nodes[0]!.exited).toBe(0);
    expect(await open(1, "another")).toMatchObject({ type: "ID-TAKEN" });
    expect(await open(1, "its-own")).toEqual({ type: "OPEN" });
  }, 20_000);
});
