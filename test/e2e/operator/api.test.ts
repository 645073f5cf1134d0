// The admin API of the binary: on one process, on two nodes and with workers, asked at any of them for all.

import { describe, expect, test } from "bun:test";
import { admin, adminEnvironment } from "../../support/admin.ts";
import { ClusterOfNodes } from "../../support/cluster.ts";
import { describeWith } from "../../support/missing.ts";
import { RedisServer, redisProgram } from "../../support/redis-server.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { until } from "../../support/talkers.ts";
import { now, secret, sign } from "../../support/tokens.ts";
import { freshTopic, heard, joinTopic, joinTwo } from "../../support/topic-client.ts";

const start = () => ServerProcess.start([], adminEnvironment);

describe("on one node", () => {
  test("a token is revoked, which closes its connections", async () => {
    const env = { ...adminEnvironment, JWT_SECRET: secret, AUTH: "required" };
    await using server = await ServerProcess.start([], env);
    const come = async (claims: Record<string, unknown>) =>
      joinTopic(server.url, `${freshTopic()}?token=${await sign(claims)}`);
    const [one, alices] = [await come({ jti: "one", sub: "bob" }), await come({ sub: "alice" })];
    const before = now();
    const revoke = (body: unknown) => admin(server, "POST", "/revocations", body);
    const done = { status: 200, body: { revoked: true, isKept: false } };
    expect([await revoke({ jti: "one" }), await revoke({ sub: "alice", before })]).toEqual([
      done,
      done,
    ]);
    for (const { socket } of [one, alices])
      expect(await socket.closed).toEqual({ code: 4001, reason: "token revoked" });
    for (const body of [{}, { jti: "" }, { sub: "alice" }, { jti: "a", sub: "b", before }])
      expect((await revoke(body)).status).toBe(400);
  });

  test("where there is no key there is no token to revoke", async () => {
    await using server = await start();
    expect((await admin(server, "POST", "/revocations", { jti: "one" })).status).toBe(503);
  });

  test("lists show nodes, protocols, topics, members and connections", async () => {
    await using server = await start();
    const topic = freshTopic();
    const [ann, bob] = await joinTwo(server.url, topic);
    const nodes = await admin(server, "GET", "/nodes");
    expect(nodes.body.nodes).toEqual([
      expect.objectContaining({ connections: 2, topics: 1, isReady: true }),
    ]);
    const [{ id: node }] = nodes.body.nodes;
    const stats = await admin(server, "GET", "/stats");
    expect(stats.body).toMatchObject({ nodes: 1, connections: 2, topics: 1, members: 2 });
    const protocols = await admin(server, "GET", "/protocols");
    expect(protocols.body.protocols[0]).toMatchObject({ name: "topic", connections: 2 });
    expect(await admin(server, "GET", "/topics?protocol=topic&prefix=topic-")).toEqual({
      status: 200,
      body: { topics: [{ protocol: "topic", name: topic, members: 2 }] },
    });
    const { body } = await admin(server, "GET", `/topics/topic/${topic}`);
    expect(body).toMatchObject({ protocol: "topic", name: topic, count: 2 });
    expect(body.members.map(({ id }: { id: string }) => id)).toEqual([ann.id, bob.id].toSorted());
    const [{ connection: id }] = body.members;
    expect((await admin(server, "GET", `/connections/${id}`)).body).toEqual({
      id,
      node,
      protocol: "topic",
      silentSeconds: expect.any(Number),
      queuedFrames: 0,
      queuedBytes: 0,
      topics: [topic],
    });
  });

  test("pages follow one another, and have each topic and each connection once", async () => {
    await using server = await start();
    const names = Array.from({ length: 7 }, () => freshTopic()).toSorted();
    await Promise.all(names.map((name) => joinTopic(server.url, name)));
    const pages = async (path: string, list: string) => {
      const all: unknown[] = [];
      for (let after: string | undefined = ""; after !== undefined; ) {
        const more = after === "" ? "" : `&after=${encodeURIComponent(after)}`;
        const { body } = await admin(server, "GET", `${path}?limit=3${more}`);
        all.push(...body[list]);
        after = body.next;
      }
      return all;
    };
    const topics = (await pages("/topics", "topics")) as { name: string }[];
    expect(topics.map(({ name }) => name)).toEqual(names);
    const connections = (await pages("/connections", "connections")) as { id: string }[];
    expect(new Set(connections.map(({ id }) => id)).size).toBe(7);
    expect(connections).toHaveLength(7);
  });

  test("a connection is closed with the reason that is given, and is gone", async () => {
    await using server = await start();
    const { socket } = await joinTopic(server.url, freshTopic());
    const { body } = await admin(server, "GET", "/connections");
    const [{ id }] = body.connections;
    const closing = { code: 4321, reason: "not here" };
    expect(await admin(server, "DELETE", `/connections/${id}`, closing)).toEqual({
      status: 200,
      body: { closed: 1 },
    });
    expect(await socket.closed).toEqual(closing);
    const again = await admin(server, "DELETE", `/connections/${id}`);
    expect([again.status, again.body.title]).toEqual([404, "Not found"]);
    const acted = await server.logged(({ msg }) => msg === "an operator acted");
    expect(acted).toMatchObject({ method: "DELETE", what: "connections", status: 200 });
  });

  test.each([
    ["GET", "/nowhere", undefined, 404],
    ["GET", "/topics/topic/nobody", undefined, 404],
    ["GET", "/connections/nobody", undefined, 400],
    ["GET", "/topics?limit=0", undefined, 400],
    ["GET", "/topics?limit=1001", undefined, 400],
    ["POST", "/nodes", {}, 405],
    ["DELETE", "/connections/a-1", { code: 1000 }, 400],
    ["DELETE", "/connections/a-1", { reason: "x".repeat(124) }, 400],
    ["DELETE", "/connections/a-1", [], 404],
    ["POST", "/topics/topic/a/broadcast", {}, 400],
    ["POST", "/topics/topic/a/broadcast", { frame: "x".repeat(60_000) }, 400],
  ])("%s %s with %j is refused in problem details", async (method, path, body, status) => {
    await using server = await start();
    const reply = await admin(server, method, path, body);
    expect(reply).toEqual({
      status,
      body: expect.objectContaining({ type: "about:blank", status, title: expect.any(String) }),
    });
  });
});

describeWith(redisProgram, "Redis")("on two nodes", () => {
  test("what one shows and does is of both", async () => {
    await using nodes = await ClusterOfNodes.start(2, adminEnvironment);
    const [near, far] = [nodes.nodes[0]!, nodes.nodes[1]!];
    const topic = freshTopic();
    const ann = await joinTopic(near.url, topic);
    const bob = await joinTopic(far.url, topic);
    await ann.socket.next();
    for (const node of [near, far])
      await until(
        async () => (await admin(node, "GET", "/nodes")).body.nodes.length === 2,
        "the other node is not known",
      );
    expect((await admin(near, "GET", "/topics")).body).toEqual({
      topics: [{ protocol: "topic", name: topic, members: 2 }],
    });
    const frame = { type: "notice", text: 'a "frame"' };
    expect(await admin(near, "POST", `/topics/topic/${topic}/broadcast`, { frame })).toEqual({
      status: 200,
      body: { members: 2 },
    });
    const text = JSON.stringify(frame);
    expect([await ann.socket.next(), await bob.socket.next()]).toEqual([text, text]);
    const { body } = await admin(near, "GET", `/topics/topic/${topic}`);
    const { connection } = body.members.find(({ id }: { id: string }) => id === bob.id);
    expect((await admin(near, "DELETE", `/connections/${connection}`)).body).toEqual({ closed: 1 });
    expect(await bob.socket.closed).toEqual({ code: 4000, reason: "closed by the operator" });
    expect(await ann.socket.next()).toBe(`{"type":"peer-left","peerId":"${bob.id}"}`);
    expect((await admin(far, "DELETE", `/topics/topic/${topic}`)).body).toEqual({ closed: 1 });
    expect((await ann.socket.closed).code).toBe(4000);
  }, 20_000);

  test("one is drained, and no other", async () => {
    await using nodes = await ClusterOfNodes.start(2, {
      ...adminEnvironment,
      DRAIN_DELAY_SECONDS: "0",
    });
    const both = [nodes.nodes[0]!, nodes.nodes[1]!];
    const clients = await Promise.all(both.map(({ url }) => joinTopic(url, freshTopic())));
    const [near] = both;
    const listed = async () => (await admin(near!, "GET", "/nodes")).body.nodes;
    await until(async () => (await listed()).length === 2, "the other node is not known");
    const drain = (body: unknown) => admin(near!, "POST", "/drain", body);
    expect([(await drain({})).status, (await drain({ node: "none" })).status]).toEqual([400, 404]);

    const [{ id }] = await listed();
    expect(await drain({ node: id })).toEqual({ status: 200, body: { draining: [id] } });
    const drained = await Promise.race(
      both.map(async ({ exited }, at) => ({ at, code: await exited })),
    );
    expect(drained.code).toBe(0);
    expect((await clients[drained.at]!.socket.closed).code).toBe(1012);
    const other = 1 - drained.at;
    await until(
      async () => (await admin(both[other]!, "GET", "/nodes")).body.nodes.length === 1,
      "the node that was drained is still known",
    );
    expect(await heard(clients[other]!.socket)).toEqual([]);
  }, 30_000);

  test("a node that does not answer is named as missing, in time", async () => {
    await using nodes = await ClusterOfNodes.start(2, {
      ...adminEnvironment,
      CLUSTER_LEASE_SECONDS: "60",
    });
    const [near, far] = [nodes.nodes[0]!, nodes.nodes[1]!];
    await until(
      async () => (await admin(near, "GET", "/nodes")).body.nodes.length === 2,
      "the other node is not known",
    );
    const { body } = await admin(far, "GET", "/nodes");
    far.signal("SIGSTOP");
    const late = await admin(near, "GET", "/nodes");
    const [{ id: own }] = late.body.nodes;
    const other = body.nodes.find(({ id }: { id: string }) => id !== own);
    expect([late.body.nodes.length, late.body.missing]).toEqual([1, [other.id]]);
  }, 20_000);

  test("with workers, the parent has one of them ask for all", async () => {
    await using redis = await RedisServer.start();
    await using server = await ServerProcess.start(["--workers", "2"], {
      ...adminEnvironment,
      REDIS_URL: redis.url,
    });
    await joinTwo(server.url, freshTopic());
    await until(async () => {
      const { body } = await admin(server, "GET", "/stats");
      return body.nodes === 2 && body.connections === 2;
    }, "not all workers are counted");

    const idsOf = async (): Promise<readonly string[]> =>
      (await admin(server, "GET", "/nodes")).body.nodes.map(({ id }: { id: string }) => id);
    const before = await idsOf();
    expect((await admin(server, "POST", "/drain", { node: before[0] })).status).toBe(200);
    await until(async () => {
      const now = await idsOf();
      return now.length === 2 && !now.includes(before[0]!);
    }, "the worker that was drained is not replaced");
  }, 60_000);
});
