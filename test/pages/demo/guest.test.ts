// Somebody else in the room, whose connection is replaced.

import { expect, test } from "bun:test";
import type { Peer } from "../../../src/client/api.ts";
import { Guest } from "../../../src/pages/demo/guest.ts";

test("a connection that takes the place of another is told of once", () => {
  const listeners: (() => void)[] = [];
  const peer = {
    id: "ann",
    connection: { connectionState: "connected" },
    on: (_name: string, listener: () => void) => listeners.push(listener),
  };
  let replaced = 0;
  new Guest(
    peer as unknown as Peer,
    () => {},
    () => replaced++,
  );
  const [follow] = listeners;
  follow?.();
  expect(replaced).toBe(0);
  peer.connection = { connectionState: "connecting" };
  follow?.();
  follow?.();
  expect(replaced).toBe(1);
});
