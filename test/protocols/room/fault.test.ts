import { expect, test } from "bun:test";
import { errorIn } from "../../support/room-client.ts";
import { RoomNodes, reads, room } from "./room-nodes.ts";

test("a fault of the server is told to whom it hits, before it ends the connection", async () => {
  const nodes = new RoomNodes(1);
  const [ann, bob] = [await nodes.enter(0, "ann"), await nodes.enter(0, "bob")];
  reads(ann, bob);
  const fault = new Error("a fault");
  Object.assign(bob.peer.outbox, {
    push() {
      throw fault;
    },
  });
  expect(() => ann.send({ type: "offer", payload: {} })).toThrow(fault);
  expect(reads(ann)).toEqual([[errorIn(room, "INTERNAL_ERROR", "this is a fault of the server")]]);
});
