import { expect, test } from "bun:test";
import { topic } from "../../../src/protocols/topic/routes.ts";
import { FakeServer } from "../../support/fake-server.ts";
import { NamedClients } from "../named-clients.ts";

/** Ann, and Bob who does not read: no more than one frame may wait for him. */
function openWithSlow() {
  const server = new FakeServer([topic], { maxQueuedFrames: 1 });
  const clients = new NamedClients();
  const ann = clients.join("ann", server);
  const bob = clients.join("bob", server);
  clients.heard();
  bob.socket.stall();
  ann.send(offerTo(clients, "buffered"));
  clients.heard();
  return { server, clients, ann, bob };
}

const offerTo = (clients: NamedClients, msgId: string) => ({
  type: "offer",
  to: clients.id("bob"),
  msgId,
});

const offer = (msgId: string) => ({ type: "offer", from: "ann", msgId });
const dropped = { type: "error", code: "dropped", message: "delivery failed" };

test("a sender is told of each frame that found no room, by its msgId", () => {
  const { clients, ann, bob } = openWithSlow();
  const heard = clients.after(() => {
    for (const msgId of ["waits", "lost", ""]) ann.send(offerTo(clients, msgId));
  });
  bob.socket.read();
  expect([heard, clients.heard()["bob"]]).toEqual([
    { ann: [{ ...dropped, msgId: "lost" }, dropped], bob: [] },
    ["buffered", "waits"].map(offer),
  ]);
});

test("one who missed that somebody came or went is shown the topic once there is room", () => {
  const { server, clients, ann, bob } = openWithSlow();
  ann.send(offerTo(clients, "waits"));
  const cid = clients.join("cid", server);
  clients.join("dan", server, "/ws/room?metadata=1");
  cid.socket.hangUp();
  clients.heard();
  ann.send(offerTo(clients, "lost"));
  bob.socket.read();
  ann.send(offerTo(clients, "after"));
  expect(clients.heard()).toEqual({
    ann: [{ ...dropped, msgId: "lost" }],
    bob: [
      ...["buffered", "waits"].map(offer),
      { type: "peer-list", peers: [{ id: "ann" }, { id: "dan", metadata: 1 }] },
      offer("after"),
    ],
    cid: [],
    dan: [],
  });
});

test("one who stays slow is closed with 1013, and the others are told", () => {
  const { server, clients, bob } = openWithSlow();
  server.sweep(40);
  expect([bob.socket.end?.code, clients.heard()["ann"]]).toEqual([
    1013,
    [{ type: "peer-left", peerId: "bob" }],
  ]);
});
