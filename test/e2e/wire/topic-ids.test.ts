// Ids: clients compare them as strings to decide who offers, so that they sort by time and never repeat.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { ServerProcess } from "../../support/server-process.ts";
import { freshTopic, joinTopic } from "../../support/topic-client.ts";

let server: Awaited<ReturnType<typeof ServerProcess.start>>;

beforeAll(async () => {
  server = await ServerProcess.start();
});

afterAll(() => server[Symbol.asyncDispose]());

test("an id is a ULID of 26 characters", async () => {
  const { id } = await joinTopic(server.url, freshTopic());
  expect(id).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
});

test("ids sort by the time of joining, over topics and over reconnects", async () => {
  const topics = [freshTopic(), freshTopic()];
  const ids: string[] = [];
  for (let count = 0; count < 100; count++) {
    const { id, socket } = await joinTopic(server.url, topics[count % 2]!);
    ids.push(id);
    socket.close(1000);
    await socket.gone;
  }
  expect(ids).toEqual(ids.toSorted());
});

test("ids never repeat, even among those that join at the same moment", async () => {
  const topic = freshTopic();
  const ids = new Set<string>();
  for (let wave = 0; wave < 5; wave++) {
    const peers = await Promise.all(
      Array.from({ length: 200 }, () => joinTopic(server.url, topic)),
    );
    for (const { id, socket } of peers) {
      ids.add(id);
      socket.destroy();
    }
    await Promise.all(peers.map(({ socket }) => socket.gone));
  }
  expect(ids.size).toBe(1000);
});

test("a client has no say in its id", async () => {
  const mine = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
  const topic = `${freshTopic()}?id=${mine}&selfId=${mine}&peerId=${mine}`;
  const { id } = await joinTopic(server.url, topic, { headers: { "X-Peer-Id": mine } });
  expect(id).not.toBe(mine);
});
