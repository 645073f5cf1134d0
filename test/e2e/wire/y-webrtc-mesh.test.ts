// A full mesh costs what it needs, and no more: the order of n², where broadcasts make n³ of it.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { neededFrames, playMesh } from "../../support/mesh.ts";
import { type AnyServer, describeNodes } from "../../support/two-nodes.ts";

describeNodes((start) => {
  let directed: AnyServer;
  let undirected: AnyServer;

  beforeAll(async () => {
    [directed, undirected] = await Promise.all([
      start(),
      start([], { Y_WEBRTC_DIRECTED: "false" }),
    ]);
  });

  afterAll(() =>
    Promise.all([directed, undirected].map((server) => server[Symbol.asyncDispose]())),
  );

  test.each([2, 4, 8, 20])(
    "%i peers are sent each announcement, and the signals that are theirs",
    async (n) => {
      expect((await playMesh(directed.url, n)).frames).toBe(neededFrames(n));
    },
  );

  test("with y-webrtc-directed off, every signal goes to the whole room", async () => {
    // To each of the two who are there, a signal of the other; with the third, 22 for each of two pairs, twice.
    const [two, three] = [await playMesh(undirected.url, 2), await playMesh(undirected.url, 3)];
    expect([two.frames, three.frames]).toEqual([1 + 22, 1 + 22 + 2 + 2 * 22 * 2]);
  });
});
