import { expect, test } from "bun:test";
import type { NodeId } from "../../../src/core/ids.ts";
import { batchOf } from "../../cluster/batches.ts";
import { ClusterOfNodes, logged } from "../../support/cluster.ts";
import { describeWith } from "../../support/missing.ts";
import { redisProgram } from "../../support/redis-server.ts";
import { until } from "../../support/talkers.ts";
import { freshTopic, heard, joinTopic } from "../../support/topic-client.ts";

describeWith(redisProgram, "Redis")("peers on two nodes", () => {
  test("see each other come and go, and pass frames on in order", async () => {
    await using cluster = await ClusterOfNodes.start(2);
    const topic = freshTopic();
    const ann = await joinTopic(cluster.url(0), `${topic}?metadata=%7B%22n%22:1.0%7D`);
    const bob = await joinTopic(cluster.url(1), topic);
    const joined = await ann.socket.next();
    for (const n of [1, 2, 3])
      ann.socket.send(`{"type":"offer","to":"${bob.id}","payload":${n},"msgId":"${n}"}`);
    const frames = [];
    while (frames.length < 3) frames.push(await bob.socket.next());
    bob.socket.close();
    expect([joined, frames.at(-1), frames.filter((text) => text.includes("offer"))]).toEqual([
      `{"type":"peer-joined","peerId":"${bob.id}"}`,
      `{"type":"offer","from":"${ann.id}","payload":3,"msgId":"3"}`,
      [1, 2, 3].map((n) => `{"type":"offer","from":"${ann.id}","payload":${n},"msgId":"${n}"}`),
    ]);
    expect(await ann.socket.next()).toBe(`{"type":"peer-left","peerId":"${bob.id}"}`);
  });

  test("are told of one who has left meanwhile", async () => {
    await using cluster = await ClusterOfNodes.start(2);
    const topic = freshTopic();
    const ann = await joinTopic(cluster.url(0), topic);
    const bob = await joinTopic(cluster.url(1), topic);
    await ann.socket.next();
    bob.socket.close();
    await ann.socket.next();
    ann.socket.send(`{"type":"offer","to":"${bob.id}","payload":1,"msgId":"m"}`);
    expect(await heard(ann.socket)).toEqual([
      '{"type":"error","code":"target_not_found","message":"peer not found","msgId":"m"}',
    ]);
  });

  test("hear each other again soon after somebody has published in the name of a node, far ahead", async () => {
    await using cluster = await ClusterOfNodes.start(2);
    const topic = freshTopic();
    const ann = await joinTopic(cluster.url(0), topic);
    const bob = await joinTopic(cluster.url(1), topic);
    await ann.socket.next();
    const [near, far] = await Promise.all(
      cluster.nodes.map((node) => node.logged(({ msg }) => msg === logged.joined)),
    );
    const forged = batchOf(far!["node"] as NodeId, 1, 2 ** 47, []);
    const inbox = `signalbox:node:${near!["node"]}`;
    for (const channel of [`signalbox:{topic/${topic}}`, inbox])
      expect(await cluster.redis.command("PUBLISH", channel, forged)).toBeGreaterThan(0);
    let sent = 0;
    const hears = async () => {
      bob.socket.send(`{"type":"offer","to":"${ann.id}","payload":${++sent},"msgId":"m"}`);
      return (await heard(ann.socket)).some((text) => text.includes(`"payload":${sent}`));
    };
    await until(hears, "the frames of a node are lost for ever");
    const cid = await joinTopic(cluster.url(1), topic);
    await until(
      async () => (await heard(ann.socket)).some((text) => text.includes(cid.id)),
      "the members of a node are not known any more",
    );
  });
});
