// Renewals that wait for their verification while their sender goes.

import { expect, spyOn, test } from "bun:test";
import type { Refusal } from "../../../src/auth/refusal.ts";
import { Tokens } from "../../../src/auth/tokens.ts";
import { addresses, serverFrames } from "../../support/room-client.ts";
import { RoomNodes, reads, room } from "./room-nodes.ts";

const { state, left } = serverFrames(addresses[0], room);

test("who goes with many renewals under way is out after the first, which was begun", async () => {
  const nodes = new RoomNodes(1);
  const [ann, bob] = [await nodes.enter(0, "ann"), await nodes.enter(0, "bob")];
  reads(ann, bob);
  const begun: PromiseWithResolvers<Refusal>[] = [];
  using _slow = spyOn(Tokens.prototype, "verify").mockImplementation(() => {
    const verifying = Promise.withResolvers<Refusal>();
    begun.push(verifying);
    return verifying.promise;
  });
  for (let n = 0; n < 100; n++) ann.send({ type: "token", payload: { token: "a.b.c" } });
  const chat = { type: "chat_message", payload: { text: "bye" } };
  ann.send(chat);
  ann.socket.hangUp();
  begun[0]!.resolve("unavailable");
  await nodes.pass(Number.POSITIVE_INFINITY);
  expect(begun.length).toBe(1);
  expect(reads(bob)).toEqual([
    [expect.objectContaining({ ...chat, sender_id: "ann" }), state("bob"), left("ann")],
  ]);
});
