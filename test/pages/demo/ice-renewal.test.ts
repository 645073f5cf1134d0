// ICE servers that are asked for again, from a server that the test plays.

import { afterEach, expect, type Mock, spyOn, test } from "bun:test";
import { IceRenewal } from "../../../src/pages/demo/ice-renewal.ts";
import type { Ice } from "../../../src/pages/demo/server-ice.ts";

let mocked: Mock<typeof fetch> | undefined;
afterEach(() => mocked?.mockRestore());

/** Each request gets the next answer. */
function answer(next: (count: number) => Promise<Response>): void {
  let count = 0;
  mocked = spyOn(globalThis, "fetch").mockImplementation((() =>
    next(++count)) as unknown as typeof fetch);
}

test("after a failure or a refusal the server is asked again, and again before credentials end", async () => {
  const tries = [
    () => Promise.reject(new TypeError("out of reach")),
    async () => Response.json({ detail: "too many requests" }, { status: 429 }),
    async () => Response.json({ iceServers: [], iceSeconds: 0.002 }),
    async () => Response.json({ iceServers: [{ urls: "stun:a" }] }),
  ];
  answer((count) => tries[count - 1]?.() ?? Promise.reject(new Error("asked too often")));
  const got: Ice[] = [];
  await new Promise<void>((resolve) => {
    const onIce = (ice: Ice) => {
      got.push(ice);
      if (got.length === 2) resolve();
    };
    void new IceRenewal({ onIce, firstRetryMs: 1 }).ask();
  });
  expect(got).toEqual([
    { iceServers: [], iceSeconds: 0.002 },
    { iceServers: [{ urls: "stun:a" }] },
  ]);
});

test("an answer that comes after the end, or after other servers are given, is dropped", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  answer(async () => {
    await promise;
    return Response.json({ iceServers: [] });
  });
  const got: Ice[] = [];
  const [stopped, given] = [0, 1].map(() => new IceRenewal({ onIce: (ice) => got.push(ice) }));
  const asked = [stopped?.ask(), given?.ask()];
  stopped?.stop();
  given?.askAfter({ iceServers: [] });
  resolve();
  await Promise.all(asked);
  expect(got).toEqual([]);
});
