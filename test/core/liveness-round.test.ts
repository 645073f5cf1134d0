// How long a silent peer may go unnoticed.

import { expect, test } from "bun:test";
import { closeReasons } from "../../src/core/close.ts";
import { roundSeconds } from "../../src/core/liveness.ts";
import { FakeNode } from "../support/fake-node.ts";

test("of any number of silent peers each is closed within a round of its time", () => {
  const patience = { pingSeconds: 2, silentSeconds: 5, gone: closeReasons.silent };
  for (let count = 1; count <= 100; count++) {
    const fake = new FakeNode();
    // At any moment of a round.
    fake.sweep(count / 8);
    const clients = Array.from({ length: count }, () => fake.connect(undefined, patience));
    fake.sweep(5 + roundSeconds);
    expect([count, clients.filter(({ socket }) => socket.end === undefined).length]).toEqual([
      count,
      0,
    ]);
  }
});
