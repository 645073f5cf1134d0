// Participants that do not read.

import { expect, test } from "bun:test";
import { addresses, errorIn, serverFrames, timeless } from "../../support/room-client.ts";
import { RoomCluster } from "../../support/room-cluster.ts";

const room = "room";
const offer = (target_user_id: string) => ({ type: "offer", payload: { target_user_id } });

const failed = errorIn(room, "DELIVERY_FAILED", "its queue is full, or its server out of reach", {
  target_user_id: "bob",
});

test("a frame that finds a user's queue full is told; not if another connection has room", async () => {
  const cluster = new RoomCluster(room, { maxQueuedFrames: 1 });
  const ann = await cluster.enter(0, "ann");
  const bob = await cluster.enter(0, "bob");
  ann.reads();
  bob.socket.stall();
  // One in the socket, one in the queue, and a third that finds no room.
  for (let sent = 0; sent < 4; sent++) {
    ann.send(offer("bob"));
    ann.reads();
  }
  ann.send(offer("bob"));
  expect(ann.reads().map(timeless)).toEqual([failed]);
  await cluster.enter(0, "bob");
  ann.send(offer("bob"));
  expect(ann.reads()).toEqual([]);
});

test("who missed joins and leaves gets a fresh room state, in its spelling, when it reads again", async () => {
  const cluster = new RoomCluster(room, { maxQueuedFrames: 1 });
  const [, hyphen] = addresses;
  const { state } = serverFrames(hyphen, room);
  const ann = await cluster.enter(0, "ann", hyphen);
  ann.reads();
  ann.socket.stall();
  for (const user of ["bob", "cid", "dan"]) {
    await cluster.enter(0, user);
    ann.reads();
  }
  ann.socket.read();
  const heard = [...ann.reads(), ...ann.reads()].map(timeless);
  expect(heard.at(-1)).toEqual(state("ann", "bob", "cid", "dan"));
  expect(heard).not.toContainEqual(serverFrames(hyphen, room).joined("dan"));
});
