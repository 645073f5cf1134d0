// Participants that do not read.

import { expect, test } from "bun:test";
import { addresses, errorIn, serverFrames } from "../../support/room-client.ts";
import { RoomNodes, reads, room } from "./room-nodes.ts";

const offer = (target_user_id: string) => ({ type: "offer", payload: { target_user_id } });

const failed = errorIn(
  room,
  "DELIVERY_FAILED",
  "the queue of this user is full, or its server cannot be reached",
  {
    target_user_id: "bob",
  },
);

test("a frame that finds a user's queue full is told; not if another connection has room", async () => {
  const nodes = new RoomNodes(1, {}, { maxQueuedFrames: 1 });
  const ann = await nodes.enter(0, "ann");
  const bob = await nodes.enter(0, "bob");
  reads(ann);
  bob.socket.stall();
  // One in the socket, one in the queue, and a third that finds no room.
  for (const expected of [[], [], [failed]]) {
    ann.send(offer("bob"));
    expect(reads(ann)).toEqual([expected]);
  }
  await nodes.enter(0, "bob");
  ann.send(offer("bob"));
  expect(reads(ann)).toEqual([[]]);
});

test("who missed joins and leaves gets a fresh room state, in its spelling, when it reads again", async () => {
  const nodes = new RoomNodes(1, {}, { maxQueuedFrames: 1 });
  const [, hyphen] = addresses;
  const { state, joined } = serverFrames(hyphen, room);
  const ann = await nodes.enter(0, "ann", hyphen);
  reads(ann);
  ann.socket.stall();
  for (const user of ["bob", "cid", "dan"]) {
    await nodes.enter(0, user);
    reads(ann);
  }
  ann.socket.read();
  const heard = [...reads(ann), ...reads(ann)].flat();
  expect(heard.at(-1)).toEqual(state("ann", "bob", "cid", "dan"));
  expect(heard).not.toContainEqual(joined("dan"));
});
