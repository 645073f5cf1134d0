// Tokens that are revoked on one node, while their holders are connected to others, or come later. Two nodes run as
// people run them; a third one, in this process, is where the operator is.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { Revocations } from "../../../src/auth/revocations.ts";
import { joinCluster, type Membership } from "../../../src/cluster/join.ts";
import { clusterOptions } from "../../../src/cluster/options.ts";
import { readSettings } from "../../../src/options/settings.ts";
import { ClusterOfNodes } from "../../support/cluster.ts";
import { describeWith } from "../../support/missing.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { redisProgram } from "../../support/redis-server.ts";
import { until } from "../../support/talkers.ts";
import { now, secret, sign } from "../../support/tokens.ts";
import { freshTopic, joinTopic } from "../../support/topic-client.ts";

const nothing = (): void => undefined;

/** A node without clients. */
function operatorsNode(environment: Readonly<Record<string, string>>): Membership {
  const reading = readSettings(clusterOptions, new Map(), environment);
  if ("problems" in reading) throw new Error(reading.problems.join());
  const membership = joinCluster(reading.settings, {
    info: nothing,
    warn: nothing,
    error: nothing,
  });
  if (membership === undefined) throw new Error("it has no Redis");
  return membership;
}

const revoked = { code: 4001, reason: "token revoked" };
const refused = { code: 1008, reason: "token revoked" };

describeWith(redisProgram, "Redis")("a token that is revoked", () => {
  let cluster: ClusterOfNodes;
  let operator: Membership;
  let revocations: Revocations;

  beforeAll(async () => {
    cluster = await ClusterOfNodes.start(2, {
      JWT_SECRET: secret,
      AUTH: "required",
      CLUSTER_LEASE_SECONDS: "60",
    });
    operator = operatorsNode(cluster.redis.environment);
    revocations = new Revocations(operator.bus);
    await until(() => [...operator.bus.others].length === 2, "the operator's node is alone");
  });

  afterAll(async () => {
    await operator.leave();
    await cluster[Symbol.asyncDispose]();
  });

  const come = async (node: number, topic: string, claims: Record<string, unknown>) =>
    joinTopic(cluster.url(node), `${topic}?token=${await sign(claims)}`);

  const refusal = async (node: number, claims: Record<string, unknown>) => {
    const path = `/ws/${freshTopic()}?token=${await sign(claims)}`;
    return await (await RawSocket.open(cluster.url(node), path)).closed;
  };

  test("closes its connections on all nodes at once, and no others", async () => {
    const topic = freshTopic();
    const witness = await come(0, topic, { jti: "witness" });
    const holders = [
      await come(0, topic, { jti: "stolen", sub: "mallory" }),
      await come(1, topic, { jti: "stolen" }),
    ];
    expect(await revocations.revoke({ jti: "stolen" })).toBe("kept");
    for (const { socket } of holders) expect(await socket.closed).toEqual(revoked);
    const seen = await Promise.all(Array.from({ length: 4 }, () => witness.socket.next()));
    expect(seen.toSorted()).toEqual(
      holders
        .flatMap(({ id }) => [
          `{"type":"peer-joined","peerId":"${id}"}`,
          `{"type":"peer-left","peerId":"${id}"}`,
        ])
        .toSorted(),
    );
  });

  test("is refused on all nodes, by REST too", async () => {
    await revocations.revoke({ jti: "void" });
    const witness = await come(1, freshTopic(), { jti: "void too" });
    await revocations.revoke({ jti: "void too" });
    // What one node says arrives in order.
    expect(await witness.socket.closed).toEqual(revoked);
    const token = await sign({ jti: "void" });
    const response = await fetch(new URL(`/webrtc/config?token=${token}`, cluster.url(1)));
    expect([response.status, await response.json(), await refusal(1, { jti: "void" })]).toEqual([
      401,
      { detail: "token revoked" },
      refused,
    ]);
  });

  test("is each that a user got before a time, and those from then on are good", async () => {
    const before = now();
    const topic = freshTopic();
    const user = { sub: "carol" };
    const old = [
      await come(0, topic, { ...user, iat: before - 1 }),
      await come(1, topic, user),
      await come(1, topic, { ...user, iat: before - 3600, jti: "x" }),
    ];
    const stays = [
      await come(0, topic, { ...user, iat: before }),
      await come(1, topic, { sub: "dave", iat: before - 1 }),
    ];
    await revocations.revoke({ sub: "carol", before });
    for (const { socket } of old) expect(await socket.closed).toEqual(revoked);
    for (const { socket } of stays) {
      socket.send('{"type":"x","msgId":"still here"}');
      for (;;) if ((await socket.next()).includes("still here")) break;
    }
    expect(await refusal(0, { ...user, iat: before - 1 })).toEqual(refused);
  });

  test("is not brought back by a client that asks to resume", async () => {
    const topic = freshTopic();
    const token = await sign({ jti: "resuming" });
    const path = (resume: string) => `/ws/${topic}?token=${token}&resume=${resume}`;
    const socket = await RawSocket.open(cluster.url(0), path("new"));
    const { resume } = JSON.parse(await socket.next());
    await revocations.revoke({ jti: "resuming" });
    for (;;) if ((await socket.next().catch(() => "closed")) === "closed") break;
    const again = await RawSocket.open(cluster.url(0), path(resume));
    expect([await socket.closed, await again.closed]).toEqual([revoked, refused]);
  });

  test("stays so when all nodes were started anew", async () => {
    await revocations.revoke({ jti: "for good" });
    await revocations.revoke({ sub: "erin", before: now() });
    for (const node of cluster.nodes.splice(0)) await node[Symbol.asyncDispose]();
    const node = await cluster.add();
    const url = node.url;
    const at = async (claims: Record<string, unknown>) =>
      (await RawSocket.open(url, `/ws/${freshTopic()}?token=${await sign(claims)}`)).closed;
    expect([await at({ jti: "for good" }), await at({ sub: "erin" })]).toEqual([refused, refused]);
  });
});
