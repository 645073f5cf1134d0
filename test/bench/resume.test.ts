// Connections that are lost and resumed, at the server itself and at the yardstick, which knows nothing of it.

import { expect, test } from "bun:test";
import { topicDriver } from "../../src/bench/topic-driver.ts";
import { binary } from "../support/paths.ts";
import { runBench } from "./run-bench.ts";

const seat = { topic: "a room", index: 0 };
const welcome = (more: string) => `{"type":"welcome","selfId":"me","resume":"t/1"${more}}`;

test("a client of topics comes back by its token, and is in when it is welcomed back", () => {
  const conversation = topicDriver.begin(seat);
  expect(topicDriver.stayingPath?.(seat)).toBe("/ws/a%20room?resume=new");
  expect(conversation.comeBack?.(1)).toBeUndefined();
  conversation.hear(welcome(""));
  conversation.hear('{"type":"peer-list","peers":[]}');
  expect(conversation.comeBack?.(7)).toBe("/ws/a%20room?resume=t%2F1&received=7");
  expect(conversation.entered).toBe(false);
  expect(conversation.hear(welcome(',"resumed":true'))).toBe(true);
  expect(conversation.entered).toBe(true);
});

test("a client of topics that has missed something is in with its list, and not as somebody else", () => {
  const conversation = topicDriver.begin(seat);
  conversation.hear(welcome(""));
  conversation.comeBack?.(1);
  conversation.hear(welcome(',"resumed":true,"missed":true'));
  expect(conversation.entered).toBe(false);
  conversation.hear('{"type":"peer-list","peers":[]}');
  expect(conversation.entered).toBe(true);
  expect(conversation.hear(welcome(',"resumed":false'))).toBe(false);
});

test.concurrent("a storm of lost connections: all come back as who they were, and others miss nothing", async () => {
  const options = { modes: ["storm", "idle"], resume: true, connections: 200, json: true } as const;
  const { results } = JSON.parse((await runBench(options, [binary])).written);
  const [storm, idle] = results;
  expect(storm.conditions).toMatch(/^200 connections lost and resumed at once, .+ topic protocol$/);
  expect(idle.conditions).toMatch(/^200 connections that may resume, /);
  for (const { figures } of storm.medians)
    expect(figures).toMatchObject({
      lastMs: expect.any(Number),
      othersMissing: 0,
    });
  expect(storm.medians.map(({ target }: { target: string }) => target)).toEqual([
    "signalbox",
    "yardstick",
  ]);
}, 60_000);
