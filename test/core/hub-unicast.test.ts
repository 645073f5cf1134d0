import { expect, test } from "bun:test";
import * as v from "valibot";
import { Hub } from "../../src/core/hub.ts";
import { memberId, topicName } from "../../src/core/ids.ts";
import { channelFrom } from "../../src/core/limits.ts";
import { FakeNode } from "../support/fake-node.ts";

const room = topicName("room")!;

function crowded(isUnicast: boolean) {
  const node = new FakeNode();
  const hub = new Hub<null>(node.node, "test", {
    info: v.null(),
    ...(isUnicast && { isUnicast }),
  });
  const crowd = Array.from({ length: 2 * channelFrom }, (_, name) => {
    const { peer, socket } = node.connect();
    hub.join(peer, room, { id: memberId(`${name}`), info: null });
    return { peer, socket };
  });
  return { node, hub, crowd, channels: node.broker.channels };
}

test("a crowd that is only sent frames of its own has no native channel", () => {
  expect([crowded(false).channels, crowded(true).channels]).toEqual([["test/room"], []]);
});

test("a broadcast to it still arrives", () => {
  const { node, hub, crowd } = crowded(true);
  hub.broadcast(crowd[0]!.peer, hub.topic(room)!, "hello");
  node.endTick();
  const received = crowd.map(({ socket }) => socket.received.join());
  expect(new Set(received)).toEqual(new Set(["hello"]));
});
