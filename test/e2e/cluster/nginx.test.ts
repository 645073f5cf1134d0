// The load balancer that the project ships a configuration for: clients meet, whichever node each is sent to.

import { expect, test } from "bun:test";
import { ClusterOfNodes } from "../../support/cluster.ts";
import { describeWith, isThere } from "../../support/missing.ts";
import { nginx, nginxProgram } from "../../support/nginx.ts";
import { ProxyProcess } from "../../support/proxy-process.ts";
import { redisProgram } from "../../support/redis-server.ts";
import { freshTopic, heard, type Joined, joinTopic } from "../../support/topic-client.ts";

const program = isThere(redisProgram, "Redis") ? nginxProgram : null;

describeWith(program, "nginx and Redis")("behind nginx", () => {
  test("clients are spread over the nodes, and meet all the same", async () => {
    await using cluster = await ClusterOfNodes.start(3);
    await using proxy = await ProxyProcess.start(
      nginx,
      cluster.nodes.map(({ url }) => url),
    );
    const topic = freshTopic();
    const clients: Joined[] = [];
    for (let joining = 0; joining < 6; joining++) {
      const client = await joinTopic(proxy.url, topic);
      for (const { socket } of clients) expect(await socket.next()).toContain(client.id);
      clients.push(client);
    }
    const [first, ...others] = clients;
    for (const { socket } of others) socket.send(`{"type":"offer","to":"${first!.id}"}`);
    const offers = [];
    while (offers.length < others.length) offers.push(await first!.socket.next());
    expect(new Set(offers)).toEqual(
      new Set(others.map(({ id }) => `{"type":"offer","from":"${id}"}`)),
    );
    for (const { socket } of clients) socket.close();
    const served = await Promise.all(
      cluster.nodes.map((node) => node.logged(({ msg }) => msg === "connection ended")),
    );
    expect(served).toHaveLength(3);
  }, 20_000);

  test("whoever comes while a node is stopped is sent to another one", async () => {
    await using cluster = await ClusterOfNodes.start(2);
    await using proxy = await ProxyProcess.start(
      nginx,
      cluster.nodes.map(({ url }) => url),
    );
    const [stopping] = cluster.nodes;
    let hasStopped = false;
    void stopping!.exited.then(() => {
      hasStopped = true;
    });
    stopping!.signal("SIGTERM");
    await stopping!.logged(({ msg }) => msg.startsWith("closing all connections"));
    do {
      const { socket } = await joinTopic(proxy.url, freshTopic());
      expect(await heard(socket)).toEqual([]);
    } while (!hasStopped);
  }, 20_000);
});
