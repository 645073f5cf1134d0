// Redis that speaks TLS only and wants a password: what nodes must be told to meet there, and what they say else.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { logged, type NodeProcess } from "../../support/cluster.ts";
import { describeWith } from "../../support/missing.ts";
import { quietPort } from "../../support/quiet-port.ts";
import { RedisCluster } from "../../support/redis-cluster.ts";
import { type MeetingPlace, RedisServer, redisProgram } from "../../support/redis-server.ts";
import { Certificate, opensslProgram, tlsSettings } from "../../support/redis-tls.ts";
import { Sentinel, Sentinels } from "../../support/sentinels.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { until } from "../../support/talkers.ts";
import { timeoutMs } from "../../support/talking-nodes.ts";
import { joinTopic } from "../../support/topic-client.ts";

const password = "hunter2+correct";

/** What they say who are not told to trust a certificate, and who find it made for another name. */
const [untrusted, misnamed] = ["DEPTH_ZERO_SELF_SIGNED_CERT", "ERR_TLS_CERT_ALTNAME_INVALID"];

/** The problem that a node has, which serves its own peers all the same. */
async function problemOf(node: NodeProcess): Promise<unknown> {
  const { problem } = await node.logged(({ msg }) => msg === logged.alone);
  const ann = await joinTopic(node.url, "any");
  ann.socket.close();
  return problem;
}

/** The same of one that is told nothing of certificates. */
async function problemWithoutTrust(environment: MeetingPlace["environment"]): Promise<unknown> {
  await using node = await ServerProcess.start([], { ...environment, NODE_EXTRA_CA_CERTS: "" });
  return await problemOf(node);
}

const timesJoined = ({ log }: NodeProcess): number =>
  log.filter(({ msg }) => msg === logged.joined).length;

/** Waits until all have reached Redis. @param before how often each had already */
async function areJoined(
  nodes: readonly NodeProcess[],
  before: readonly number[] = [],
): Promise<void> {
  await until(
    () => nodes.every((node, index) => timesJoined(node) > (before[index] ?? 0)),
    () => JSON.stringify(nodes.map(({ log }) => log.slice(-3))),
  );
}

/** Two clients, one on each node, hear of each other in each topic, which is new to both; an offer gets across. */
async function meet([one, other]: readonly [NodeProcess, NodeProcess], topics: readonly string[]) {
  for (const topic of topics) {
    const ann = await joinTopic(one.url, topic);
    const bob = await joinTopic(other.url, topic);
    const joined = await ann.socket.next();
    ann.socket.send(`{"type":"offer","to":"${bob.id}","payload":1}`);
    expect([joined, await bob.socket.next()]).toEqual([
      `{"type":"peer-joined","peerId":"${bob.id}"}`,
      `{"type":"offer","from":"${ann.id}","payload":1}`,
    ]);
  }
  expect(JSON.stringify([one.log, other.log])).not.toContain("hunter2");
}

describeWith(redisProgram, "Redis")("by TLS", () => {
  describeWith(opensslProgram, "openssl")("nodes", () => {
    let certificate: Certificate;
    /** For the name of the host alone. */
    let ofName: Certificate;

    beforeAll(() => {
      certificate = new Certificate("DNS:localhost,IP:127.0.0.1");
      ofName = new Certificate("DNS:localhost");
    });

    afterAll(() => {
      for (const each of [certificate, ofName]) each[Symbol.dispose]();
    });

    test(
      "meet at one Redis, at which they arrive by Sentinels with TLS, or by others, or by none",
      async () => {
        const port = quietPort();
        const settings = ["--bind", "127.0.0.1", "--port", `${port}`];
        await using redis = await RedisServer.startOnPort({ certificate }, ...settings);
        // Of which the first does not use it to reach the master.
        await using tls = new Sentinel({ certificate }, port, 3000, "--tls-replication", "no");
        await using plain = new Sentinel({}, redis.port, 3000, ...tlsSettings(certificate));
        const trust = { NODE_EXTRA_CA_CERTS: certificate.path };
        const direct = { REDIS_URL: `rediss://localhost:${redis.port}` };
        const found = (url: string, sentinels: string) =>
          ServerProcess.start([], { ...trust, REDIS_URL: url, REDIS_SENTINELS: sentinels });
        await using one = await ServerProcess.start([], { ...trust, ...direct });
        await using two = await found("redis://mymaster", `rediss://localhost:${tls.port}`);
        await using three = await found("rediss://mymaster", `127.0.0.1:${plain.port}`);
        await areJoined([one, two, three]);
        await meet([one, two], ["first"]);
        await meet([two, three], ["second"]);
        expect(await problemWithoutTrust(direct)).toBe(untrusted);
      },
      timeoutMs,
    );

    test(
      "meet in a Redis Cluster whose masters are announced as their certificates say",
      async () => {
        await using place = await RedisCluster.start({ certificate, password });
        await using one = await ServerProcess.start([], place.environment);
        await using two = await ServerProcess.start([], place.environment);
        await areJoined([one, two]);
        await meet([one, two], place.topics);
        expect(await problemWithoutTrust(place.environment)).toBe(untrusted);

        await place.showCertificate(ofName);
        const environment = { ...place.environment, NODE_EXTRA_CA_CERTS: ofName.path };
        await using three = await ServerProcess.start([], environment);
        await using four = await ServerProcess.start([], environment);
        expect([await problemOf(three), await problemOf(four)]).toEqual([misnamed, misnamed]);
        await place.announceNames();
        await areJoined([three, four]);
        await meet([three, four], place.topics);
      },
      timeoutMs,
    );

    test(
      "meet where Sentinels say, before and after a failover",
      async () => {
        await using place = await Sentinels.start({ certificate: ofName, password });
        await using one = await ServerProcess.start([], place.environment);
        await using two = await ServerProcess.start([], place.environment);
        await areJoined([one, two]);
        await meet([one, two], ["before"]);
        const before = [one, two].map(timesJoined);
        await place.killMaster();
        await areJoined([one, two], before);
        await meet([one, two], ["after"]);
        expect(await problemWithoutTrust(place.environment)).toBe(untrusted);

        await place.announceAddresses();
        await using three = await ServerProcess.start([], place.environment);
        expect(await problemOf(three)).toBe(misnamed);
      },
      timeoutMs,
    );
  });
});
