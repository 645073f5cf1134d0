// What other nodes say of their members is input like any other. Before, an info that did not fit was kept as
// it came, and every later join in that topic threw.

import { describe, expect, test } from "bun:test";
import { newNodeId, topicName } from "../../src/core/ids.ts";
import { protocols } from "../../src/protocols/protocols.ts";
import { RecordingBus } from "../core/recording-bus.ts";
import { FakeServer } from "../support/fake-server.ts";
import { type Stage, stages, strange } from "./foreign-stages.ts";

const warning = "another node tells of members that cannot be; they are ignored";

/** A client of this node has come in, and asked for everything once. */
async function open(stage: Stage) {
  const bus = new RecordingBus();
  const { protocol, options = {}, namespace } = stage;
  const server = new FakeServer(
    [protocol],
    {},
    bus,
    (option) => (options[option.name] as never) ?? option.default,
  );
  const client = await stage.enter(server);
  const seen = () => stage.seen(server, bus, client);
  await seen();
  const remote = bus.receiverOf(namespace);
  const name = topicName(stage.topic)!;
  const local = () => [...remote.local(name)].map(({ id }) => id);
  const join = (id: string, info: unknown, node = bus.far) =>
    remote.remoteJoined(name, id, info, node);
  const update = (id: string, info: unknown, node = bus.far) =>
    remote.remoteUpdated(name, id, info, node);
  const told = (node: string) => [{ namespace, node }, warning] as const;
  return { bus, server, client, seen, local, join, update, told };
}

/** A member elsewhere can come, and so can a client here: nothing is left of what was wrong. */
async function expectOpenToAll(stage: Stage, opened: Awaited<ReturnType<typeof open>>) {
  const { server, client, seen, join } = opened;
  const before = await seen();
  join(stage.id, stage.right);
  if (shown(stage)) expect(await seen()).not.toEqual(before);
  const newcomer = await stage.enter(server);
  newcomer.reads();
  expect([newcomer.socket.end, newcomer.faults, client.faults, server.faults]).toEqual([
    undefined,
    [],
    [],
    [],
  ]);
}

/** In these, no client is shown the members of a topic. */
const shown = ({ namespace }: Stage): boolean => !["y-webrtc-relay", "nostr"].includes(namespace);

const brief = (info: unknown): string => (JSON.stringify(info) ?? "undefined").slice(0, 60);

const isSame = (one: unknown) => (other: unknown) => Bun.deepEquals(one, other, true);

test("every hub of every protocol has its table", () => {
  const spoken = new Set(stages.map(({ protocol }) => protocol));
  expect([...spoken]).toEqual(expect.arrayContaining([...protocols]));
  expect(spoken.size).toBe(protocols.length);
});

describe.each(stages.map((stage) => [stage.namespace, stage] as const))(
  "to the hub %s",
  (_namespace, stage) => {
    const right = [stage.right, ...stage.alsoRight];
    const wrong = [...strange, ...stage.wrong].filter((info) => !right.some(isSame(info)));

    test.each(wrong.map((info) => [brief(info), info] as const))(
      "a member of whom %s is said is nobody, and all goes on",
      async (_brief, info) => {
        const opened = await open(stage);
        const before = [await opened.seen(), opened.local()];
        for (const id of [stage.id, "another"]) opened.join(id, info);
        opened.update(stage.id, info);
        expect([await opened.seen(), opened.local()]).toEqual(before);
        expect(opened.server.warnings).toEqual([opened.told(opened.bus.far)]);
        await expectOpenToAll(stage, opened);
      },
    );

    test.each(wrong.map((info) => [brief(info), info] as const))(
      "a member stays what it was when %s is said of it",
      async (_brief, info) => {
        const opened = await open(stage);
        opened.join(stage.id, stage.right);
        await opened.seen();
        const before = await opened.seen();
        opened.update(stage.id, info);
        opened.join(stage.id, info, newNodeId());
        expect([await opened.seen(), opened.server.warnings.length]).toEqual([before, 2]);
      },
    );

    test.each(stage.wrongIds.map((id) => [brief(id), id] as const))(
      "a member whose id is %s is nobody, and all goes on",
      async (_brief, id) => {
        const opened = await open(stage);
        const before = [await opened.seen(), opened.local()];
        opened.join(id, stage.right);
        expect([await opened.seen(), opened.local()]).toEqual(before);
        expect(opened.server.warnings).toEqual([opened.told(opened.bus.far)]);
        await expectOpenToAll(stage, opened);
      },
    );

    test.each(right.map((info) => [brief(info), info] as const))(
      "a member of whom %s is said is taken in, and nobody is warned",
      async (_brief, info) => {
        const opened = await open(stage);
        const before = await opened.seen();
        opened.join(stage.id, info);
        opened.update(stage.id, info);
        if (shown(stage)) expect(await opened.seen()).not.toEqual(before);
        expect(opened.server.warnings).toEqual([]);
      },
    );

    test.each(stage.rightIds.map((id) => [brief(id), id] as const))(
      "a member whose id is %s is taken in, and nobody is warned",
      async (_brief, id) => {
        const opened = await open(stage);
        opened.join(id, stage.right);
        opened.update(id, stage.right);
        await opened.seen();
        const { server, client } = opened;
        expect([server.warnings, server.faults, client.faults]).toEqual([[], [], []]);
      },
    );

    test("what cannot be is told to the operator once of each node", async () => {
      const { bus, server, join, update, told } = await open(stage);
      const farther = newNodeId();
      for (let times = 3; times > 0; times--)
        for (const node of [bus.far, farther]) {
          join(stage.id, wrong[0], node);
          join(stage.wrongIds[0]!, stage.right, node);
          update(stage.id, wrong[0], node);
        }
      expect(server.warnings).toEqual([told(bus.far), told(farther)]);
    });
  },
);
