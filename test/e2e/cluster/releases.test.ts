// Nodes of two releases in one cluster, as they are for some seconds of an upgrade.

import { expect, test } from "bun:test";
import { version } from "../../../package.json";
import { majorVersion } from "../../../src/cluster/message.ts";
import { logged } from "../../support/cluster.ts";
import { describeWith } from "../../support/missing.ts";
import { type Difference, OtherRelease } from "../../support/other-release.ts";
import { RedisServer, redisProgram } from "../../support/redis-server.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { freshTopic, heard, joinTopic } from "../../support/topic-client.ts";

const release: Difference = {
  file: "package.json",
  ours: `"version": "${version}"`,
  theirs: '"version": "0.0.1"',
};

/** Batches with a field that we do not know. */
const field: Difference = {
  file: "src/cluster/write-batch.ts",
  ours: ',"n":"',
  theirs: ',"other":{"release":[1]},"n":"',
};

const batches: Difference = {
  file: "src/cluster/message.ts",
  ours: `majorVersion = ${majorVersion};`,
  theirs: `majorVersion = ${majorVersion - 1};`,
};

const mismatch = "another node speaks another version: the two do not meet";

/** One node of ours, and one of the other release. */
async function together(differences: readonly Difference[]) {
  const stack = new AsyncDisposableStack();
  const redis = stack.use(await RedisServer.start());
  const other = stack.use(new OtherRelease(differences));
  const [ours, theirs] = await Promise.all([
    ServerProcess.start([], redis.environment),
    ServerProcess.start([], redis.environment, other.prefix),
  ]);
  stack.use(ours);
  stack.use(theirs);
  await theirs.logged(({ msg }) => msg.startsWith("signalbox 0.0.1 listens"));
  return { ours, theirs, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

describeWith(redisProgram, "Redis")("a node of another release", () => {
  test("meets ours if its batches have the same version, also with fields that are new", async () => {
    await using nodes = await together([release, field]);
    const { ours, theirs } = nodes;
    await Promise.all(
      [ours, theirs].map((node) => node.logged(({ msg }) => msg === logged.joined)),
    );
    const topic = freshTopic();
    const ann = await joinTopic(ours.url, topic);
    const bob = await joinTopic(theirs.url, topic);
    expect(await ann.socket.next()).toBe(`{"type":"peer-joined","peerId":"${bob.id}"}`);
    bob.socket.send(`{"type":"offer","to":"${ann.id}","payload":1,"msgId":"1"}`);
    expect(await ann.socket.next()).toContain(`"from":"${bob.id}"`);
    // An upgrade stops the older one: its client comes back to ours.
    theirs.signal("SIGTERM");
    expect(await theirs.exited).toBe(0);
    const again = await joinTopic(ours.url, topic);
    expect(again.list).toContain(ann.id);
  }, 120_000);

  test("does not meet ours if they have another: both say so, and go on for their own clients", async () => {
    await using nodes = await together([release, batches]);
    const { ours, theirs } = nodes;
    const topic = freshTopic();
    const [ann, bob] = [await joinTopic(ours.url, topic), await joinTopic(theirs.url, topic)];
    const told = [ours, theirs].map((node) => node.logged(({ msg }) => msg === mismatch));
    expect((await Promise.all(told)).map((line) => [line["version"], line["own"]])).toEqual([
      [majorVersion - 1, majorVersion],
      [majorVersion, majorVersion - 1],
    ]);
    const cid = await joinTopic(ours.url, topic);
    expect(await heard(ann.socket)).toEqual([`{"type":"peer-joined","peerId":"${cid.id}"}`]);
    expect(await heard(bob.socket)).toEqual([]);
  }, 120_000);
});
