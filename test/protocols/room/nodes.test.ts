// Rooms over several nodes: one list of participants, and what other nodes answer too late.

import { describe, expect, test } from "bun:test";
import type { FakeClient } from "../../support/fake-server.ts";
import { addresses, errorIn, serverFrames, timeless } from "../../support/room-client.ts";
import { RoomCluster } from "../../support/room-cluster.ts";

const here = addresses[0];
const room = "room";
const { state, joined, left } = serverFrames(here, room);

const reads = (client: FakeClient): readonly unknown[] => client.reads().map(timeless);

const offerTo = (target_user_id: string) => ({ type: "offer", payload: { target_user_id } });

const offerFrom = (sender_id: string, target_user_id?: string) =>
  expect.objectContaining({
    type: "offer",
    sender_id,
    payload: target_user_id === undefined ? {} : { target_user_id },
  });

describe("over two nodes", () => {
  test("there is one list of participants, and each hears of the others once", async () => {
    const cluster = new RoomCluster(room);
    const ann = await cluster.enter(0, "ann");
    const bob = await cluster.enter(1, "bob");
    expect(reads(ann)).toEqual([state("ann"), state("ann", "bob"), joined("bob")]);
    expect(reads(bob)).toEqual([state("bob"), state("ann", "bob"), joined("ann")]);
    bob.socket.hangUp();
    cluster.network.deliver();
    expect(reads(ann)).toEqual([state("ann"), left("bob")]);
  });

  test("connections of one user are one participant, wherever they are", async () => {
    const cluster = new RoomCluster(room);
    const ann = await cluster.enter(0, "ann");
    const bob = await cluster.enter(1, "bob");
    const tab = await cluster.enter(0, "bob");
    reads(ann);
    bob.socket.hangUp();
    cluster.network.deliver();
    expect(reads(ann)).toEqual([]);
    tab.socket.hangUp();
    cluster.network.deliver();
    expect(reads(ann)).toEqual([state("ann"), left("bob")]);
  });

  test("a user's connections hear nothing of it, and others everything", async () => {
    const cluster = new RoomCluster(room);
    const ann = await cluster.enter(0, "ann");
    const tab = await cluster.enter(1, "ann");
    const bob = await cluster.enter(1, "bob");
    for (const client of [ann, tab, bob]) reads(client);
    ann.send({ type: "offer", payload: {} });
    ann.send(offerTo("bob"));
    cluster.network.deliver();
    expect([reads(ann), reads(tab), reads(bob)]).toEqual([
      [],
      [],
      [offerFrom("ann"), offerFrom("ann", "bob")],
    ]);
  });

  test("a frame for one user reaches its connections on both", async () => {
    const cluster = new RoomCluster(room);
    const ann = await cluster.enter(0, "ann");
    const tabs = [await cluster.enter(0, "bob"), await cluster.enter(1, "bob")];
    for (const client of [ann, ...tabs]) reads(client);
    ann.send(offerTo("bob"));
    cluster.network.deliver();
    expect(tabs.map(reads)).toEqual([[offerFrom("ann", "bob")], [offerFrom("ann", "bob")]]);
    expect(reads(ann)).toEqual([]);
  });

  test("who has left meanwhile is told to be absent, once its last connection is gone", async () => {
    const cluster = new RoomCluster(room);
    const ann = await cluster.enter(0, "ann");
    const tabs = [await cluster.enter(1, "bob"), await cluster.enter(1, "bob")];
    reads(ann);
    tabs[0]!.socket.hangUp();
    ann.send(offerTo("bob"));
    cluster.network.deliver();
    expect(reads(ann)).toEqual([]);
    tabs[1]!.socket.hangUp();
    ann.send(offerTo("bob"));
    cluster.network.deliver();
    const absent = errorIn(room, "TARGET_NOT_FOUND", "this user is not in the room", {
      target_user_id: "bob",
    });
    expect(reads(ann)).toEqual([state("ann"), left("bob"), absent]);
  });

  test("a node that is out of reach is told as a failed delivery", async () => {
    const cluster = new RoomCluster(room);
    const ann = await cluster.enter(0, "ann");
    await cluster.enter(1, "bob");
    reads(ann);
    cluster.network.cut(cluster.buses[1]);
    ann.send(offerTo("bob"));
    const message = "its queue is full, or its server out of reach";
    expect(reads(ann)).toEqual([
      errorIn(room, "DELIVERY_FAILED", message, { target_user_id: "bob" }),
    ]);
  });
});
