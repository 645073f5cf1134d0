// A connection ends if Redis owes replies and is silent, and only then.

import { expect, test } from "bun:test";
import { StallWatch } from "../../../src/cluster/redis/stall-watch.ts";

/** A connection that is looked at twelve times; `step` is what happens before each look. */
function endsAt(step: (connection: ReturnType<typeof connect>) => void): number | undefined {
  const connection = connect();
  const watch = new StallWatch([connection], 1000);
  for (let look = 1; look <= 12; look++) {
    step(connection);
    watch.look();
    if (connection.ended.length > 0) return look;
  }
  return undefined;
}

function connect() {
  const ended: string[] = [];
  const destroy = ({ message }: Error) => ended.push(message);
  return { ended, stream: { bytesRead: 0, destroy }, commandQueue: { length: 0 } };
}

test("a connection ends that owes replies and is silent", () => {
  // The first look sees it for the first time; nine more make up the time, wherever in it the silence began.
  expect(
    endsAt(({ commandQueue }) => {
      commandQueue.length = 1;
    }),
  ).toBe(10);
});

test("a connection stays that owes nothing, that goes on, or that is a new one", () => {
  const stays = [
    endsAt(() => undefined),
    endsAt(({ commandQueue, stream }) => {
      commandQueue.length++;
      stream.bytesRead++;
    }),
    endsAt((connection) => {
      connection.commandQueue.length = 1;
      connection.stream = { ...connection.stream };
    }),
  ];
  expect(stays).toEqual([undefined, undefined, undefined]);
});

test("silence counts anew after a reply", () => {
  let looks = 0;
  expect(
    endsAt(({ commandQueue, stream }) => {
      commandQueue.length = 1;
      if (++looks === 6) stream.bytesRead += 5;
    }),
  ).toBeUndefined();
});

test("a client that has not connected yet is waited for", () => {
  const client = { commandQueue: { length: 3 } };
  const watch = new StallWatch([client], 1000);
  for (let look = 0; look < 12; look++) watch.look();
  expect(client).toEqual({ commandQueue: { length: 3 } });
});
