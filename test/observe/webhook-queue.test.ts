// What waits for a webhook that does not answer.

import { expect, test } from "bun:test";
import { WebhookQueue } from "../../src/observe/webhook-queue.ts";

test("what finds no room is lost, counted, and told to the operator once in a while", async () => {
  const lines: object[] = [];
  const log = { warn: (fields: object, msg: string) => lines.push({ ...fields, msg }) };
  const target = { url: "http://127.0.0.1:1/", secret: "a secret of webhooks", node: "n" };
  const queue = new WebhookQueue(target, log);
  for (let at = 0; at < 10_003; at++) queue.add({ at });
  expect([queue.lost, lines]).toEqual([
    3,
    [{ lost: 1, count: 1, msg: "events for a webhook are lost" }],
  ]);
  await queue.end();
});
