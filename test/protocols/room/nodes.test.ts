// Rooms whose clients are on different nodes: one list of participants, and what other nodes answer too late.

import { describe, expect, test } from "bun:test";
import { maxParticipants } from "../../../src/protocols/room/options.ts";
import { addresses, errorIn, listOf, serverFrames } from "../../support/room-client.ts";
import { ends, RoomNodes, reads, room } from "./room-nodes.ts";

const here = addresses[0];
const { state, joined, left } = serverFrames(here, room);

const offerTo = (target_user_id: string) => ({ type: "offer", payload: { target_user_id } });

const offerFrom = (sender_id: string, target_user_id?: string) =>
  expect.objectContaining({
    type: "offer",
    sender_id,
    payload: target_user_id === undefined ? {} : { target_user_id },
  });

const absent = (target_user_id: string) =>
  errorIn(room, "TARGET_NOT_FOUND", "this user is not in the room", { target_user_id });

const failed = (target_user_id: string) =>
  errorIn(
    room,
    "DELIVERY_FAILED",
    "the queue of this user is full, or its server cannot be reached",
    {
      target_user_id,
    },
  );

/** Arrives. */
const nothing = () => 0;

const roomFull = errorIn(room, "ROOM_FULL", "this room is full");
const full = { code: 1008, reason: "Room full" };

describe.each([2, 3])("a room on %i nodes", (count) => {
  const last = count - 1;

  test("answers by REST alike on all nodes, whoever is there", async () => {
    const nodes = new RoomNodes(count);
    const everywhere = (...users: readonly string[]) =>
      nodes.servers.map(() => listOf(room, users));
    expect(await nodes.lists()).toEqual(everywhere());
    await nodes.enter(0, "ann");
    const bob = await nodes.enter(0, "bob");
    expect(await nodes.lists()).toEqual(everywhere("ann", "bob"));
    await nodes.leave(bob);
    expect(await nodes.lists()).toEqual(everywhere("ann"));
  });

  test("has a user once, wherever its connections are", async () => {
    const nodes = new RoomNodes(count);
    const ann = await nodes.enter(0, "ann");
    const bob = await nodes.enter(last, "bob");
    const tab = await nodes.enter(0, "bob");
    reads(ann);
    await nodes.leave(bob);
    expect(reads(ann, tab)).toEqual([[], [state("ann", "bob")]]);
    await nodes.leave(tab);
    expect(reads(ann)).toEqual([[state("ann"), left("bob")]]);
  });

  test("lets a user's connections hear nothing of it, and others everything", async () => {
    const nodes = new RoomNodes(count);
    const ann = await nodes.enter(0, "ann");
    const tab = await nodes.enter(last, "ann");
    const bob = await nodes.enter(last, "bob");
    reads(ann, tab, bob);
    await nodes.send(ann, { type: "offer", payload: {} }, offerTo("bob"));
    expect(reads(ann, tab, bob)).toEqual([[], [], [offerFrom("ann"), offerFrom("ann", "bob")]]);
  });
});

describe("over two nodes", () => {
  test("who comes to a room that is full elsewhere is refused, and nobody notices", async () => {
    const nodes = new RoomNodes(2, { [maxParticipants.name]: 1 });
    const ann = await nodes.enter(0, "ann");
    reads(ann);
    const bob = await nodes.enter(1, "bob");
    const tab = await nodes.enter(1, "ann");
    expect([reads(ann, bob, tab), ends(ann, bob, tab)]).toEqual([
      [[], [roomFull], [state("ann")]],
      [undefined, full, undefined],
    ]);
  });

  test("of two who take the last place at once the later one is out, and unseen on the other node", async () => {
    const nodes = new RoomNodes(2, { [maxParticipants.name]: 3 });
    const ann = await nodes.enter(0, "ann");
    const ben = await nodes.enter(1, "ben");
    const bob = await nodes.open(0, "bob");
    await nodes.answered([bob], nothing);
    const cid = await nodes.open(1, "cid");
    await nodes.answered([cid], nothing);
    await nodes.settle();
    const all = ["ann", "ben", "bob"] as const;
    const bobJoined = [state(...all), joined("bob")];
    expect([reads(ann, ben, bob, cid), ends(ann, ben, bob, cid)]).toEqual([
      [
        [state("ann"), state("ann", "ben"), joined("ben"), ...bobJoined],
        [state("ann", "ben"), state("ann", "ben", "cid"), joined("cid"), ...bobJoined, left("cid")],
        [state(...all)],
        [state("ann", "ben", "cid"), ...bobJoined, left("cid"), roomFull],
      ],
      [undefined, undefined, undefined, full],
    ]);
  });

  test("a room that was two while nodes could not reach each other is one of the first again", async () => {
    const nodes = new RoomNodes(2, { [maxParticipants.name]: 3 });
    const ann = await nodes.enter(0, "ann");
    const bob = await nodes.enter(1, "bob");
    for (const bus of nodes.buses) nodes.network.cut(bus);
    const [cid, dan] = [await nodes.enter(0, "cid"), await nodes.enter(1, "dan")];
    reads(ann, bob, cid, dan);
    for (const bus of nodes.buses) nodes.network.heal(bus);
    await nodes.settle();
    const all = ["ann", "bob", "cid"] as const;
    const news = [state(...all), joined("cid"), left("dan")];
    expect([reads(ann, bob, cid, dan), ends(ann, bob, cid, dan)]).toEqual([
      [[], news, [], [...news, roomFull]],
      [undefined, undefined, undefined, full],
    ]);
    expect(await nodes.lists()).toEqual([listOf(room, all), listOf(room, all)]);
  });

  test("who has left meanwhile is told to be absent, once its last connection is gone", async () => {
    const nodes = new RoomNodes(2);
    const ann = await nodes.enter(0, "ann");
    const tabs = [await nodes.enter(1, "bob"), await nodes.enter(1, "bob")];
    reads(ann);
    tabs[0]!.socket.hangUp();
    await nodes.send(ann, offerTo("bob"));
    expect(reads(ann)).toEqual([[]]);
    tabs[1]!.socket.hangUp();
    await nodes.send(ann, offerTo("bob"));
    expect(reads(ann)).toEqual([[state("ann"), left("bob"), absent("bob")]]);
  });

  test("a delivery that failed there is not told where another connection of the user is here", async () => {
    const nodes = new RoomNodes(2, {}, { maxQueuedFrames: 1 });
    const ann = await nodes.enter(0, "ann");
    const bob = await nodes.enter(1, "bob");
    bob.socket.stall();
    // One in the socket, one in the queue, and a third that finds no room.
    for (const expected of [[], [], [failed("bob")]]) {
      reads(ann);
      await nodes.send(ann, offerTo("bob"));
      nodes.servers[1]!.endTick();
      expect(reads(ann)).toEqual([expected]);
    }
    const tab = await nodes.enter(0, "bob");
    await nodes.send(ann, offerTo("bob"));
    expect(reads(ann, tab)).toEqual([[], [state("ann", "bob"), offerFrom("ann", "bob")]]);
  });

  test("a user whose second connection came unaware of the first is one participant", async () => {
    const nodes = new RoomNodes(2);
    const [tab, other] = [await nodes.open(0, "ann"), await nodes.open(1, "ann")];
    await nodes.answered([tab, other], () => (nodes.network.openTopics < 2 ? 0 : Infinity));
    await nodes.settle();
    expect([reads(tab, other), await nodes.lists()]).toEqual([
      [[state("ann")], [state("ann")]],
      [listOf(room, ["ann"]), listOf(room, ["ann"])],
    ]);
  });
});
