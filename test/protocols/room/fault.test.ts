import { expect, test } from "bun:test";
import { errorIn } from "../../support/room-client.ts";
import { RoomNodes, reads, room } from "./room-nodes.ts";

/** Ann, Cid, and Bob between them, to whom nothing can be sent. */
async function open() {
  const nodes = new RoomNodes(1);
  const ann = await nodes.enter(0, "ann");
  const bob = await nodes.enter(0, "bob");
  const cid = await nodes.enter(0, "cid");
  reads(ann, bob, cid);
  const fault = new Error("a fault");
  Object.assign(bob.peer.outbox, {
    push() {
      throw fault;
    },
  });
  return { ann, bob, cid, fault, faults: nodes.servers[0]!.faults };
}

test("a fault of the server is told to whom it hits, before it ends the connection", async () => {
  const { ann, fault } = await open();
  Object.assign(ann.peer, {
    charge() {
      throw fault;
    },
  });
  expect(() => ann.send({ type: "offer", payload: {} })).toThrow(fault);
  expect(reads(ann)).toEqual([[errorIn(room, "INTERNAL_ERROR", "this is a fault of the server")]]);
});

test("a fault at the receiver of a relay ends the receiver, and its sender is told that the relay was lost", async () => {
  const { ann, bob, fault, faults } = await open();
  ann.send({ type: "offer", payload: { target_user_id: "bob" } });
  const [frames] = reads(ann);
  expect(frames).toContainEqual(expect.objectContaining({ type: "error" }));
  expect([faults, bob.socket.end?.code]).toEqual([[fault], 1011]);
});

test("a fault at one receiver of a broadcast is not its sender's, nor that of the others", async () => {
  const { ann, bob, cid, fault, faults } = await open();
  ann.send({ type: "offer", payload: {} });
  const offers = reads(ann, cid).map((frames) =>
    frames.filter((frame) => JSON.stringify(frame).includes('"type":"offer"')),
  );
  expect([offers, faults, bob.socket.end?.code]).toEqual([
    [[], [expect.objectContaining({ sender_id: "ann" })]],
    [fault],
    1011,
  ]);
});
