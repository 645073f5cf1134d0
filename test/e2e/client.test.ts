// The client library in a real browser, at the real binary: calls outlive the server, and views equal each other.

import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { chromiumPath } from "../support/browser.ts";
import { describeWith } from "../support/missing.ts";
import {
  becomes,
  calm,
  connected,
  goesOn,
  logOf,
  pictures,
  RoomPages,
  views,
} from "../support/room-pages.ts";
import { ServerProcess } from "../support/server-process.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";

setDefaultTimeout(120_000);

/** With it, a server that is started again knows its members. */
const key = { RESUME_KEY: "a key of the tests, 32 bytes or more", DRAIN_SECONDS: "1" };

/** Streams that each side adds at the same time as the other: GLARES=100 makes two hundred of them. */
const glares = Number(process.env["GLARES"] ?? 20);

describeWith(chromiumPath, "Chromium")("the client library", () => {
  let server: Awaited<ReturnType<typeof ServerProcess.start>>;
  let rooms: RoomPages;

  beforeAll(async () => {
    server = await ServerProcess.start([], key);
    rooms = await RoomPages.start(server.url);
  }, 60_000);
  afterEach(() => rooms.close(), 60_000);
  afterAll(async () => {
    await rooms?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  }, 60_000);

  test.each(["SIGTERM", "SIGKILL"] as const)(
    "three in a call notice nothing of a server that gets %s and is started again",
    async (signal) => {
      const before = await ServerProcess.start([], key);
      const { port, href } = before.url;
      const { pages, ids } = await rooms.room(new URL(href), 3, { isCall: true });
      await calm(pages);
      before.signal(signal);
      await before.exited;
      await Promise.all(pages.map((page) => becomes(page, `room.state === "away"`)));
      const during = await Promise.all(pages.map(pictures));
      await using again = await ServerProcess.start([], { ...key, PORT: port });
      await Promise.all(pages.map((page) => becomes(page, `room.state === "connected"`)));
      for (const [index, page] of pages.entries()) {
        await goesOn(page, during[index]!);
        expect(await logOf(page)).toEqual(["away", "connected"]);
        expect(await page.evaluate("[room.me.id, connections.size]")).toEqual([ids[index], 2]);
      }
      // Signals arrive again: a new channel needs none, a new stream does.
      await pages[0]?.evaluate("chat.send('still here')");
      await pages[1]?.evaluate(
        "void room.publish(document.querySelector('canvas').captureStream(1))",
      );
      await becomes(pages[2]!, `offers() > 0 && log.includes('${ids[0]} says "still here"')`);
      expect(again.log.filter(({ level }) => level === "error")).toEqual([]);
    },
  );

  test("a tab whose network is cut sees what the others see afterwards", async () => {
    await using proxy = await TcpProxy.start(server.url);
    const { topic, pages, ids } = await rooms.room(server.url, 2);
    const [ann, bob] = pages as [Page, Page];
    const cut = await rooms.visit();
    const cutId = await rooms.enter(cut, proxy.url, topic);
    await connected([ann, bob, cut]);
    await cut.evaluate("log.length = 0");
    proxy.cut();
    await becomes(cut, `room.state === "away"`);
    await bob.evaluate("room.leave()");
    const carol = await rooms.visit();
    const carolId = await rooms.enter(carol, server.url, topic);
    await becomes(ann, `!room.peers.has("${ids[1]}") && room.peers.has("${carolId}")`);
    // The channel goes on while signaling is away.
    await ann.evaluate("chat.send('one')");
    await becomes(cut, `log.includes('${ids[0]} says "one"')`);
    proxy.mend();
    await connected([ann, carol, cut]);
    expect((await logOf(cut)).filter((entry) => entry !== "negotiates")).toEqual([
      "away",
      `${ids[0]} says "one"`,
      "connected",
      `-${ids[1]}`,
      `+${carolId}`,
    ]);
    expect(await views([ann, carol, cut])).toEqual(Array(3).fill([ids[0], cutId, carolId].sort()));
  });

  test("a tab that was cut for longer than --resume-seconds comes back as somebody new, and sees what the others see", async () => {
    await using short = await ServerProcess.start([], { RESUME_SECONDS: "2" });
    await using proxy = await TcpProxy.start(short.url);
    const { topic, pages, ids } = await rooms.room(short.url, 2);
    const [ann, bob] = pages as [Page, Page];
    const cut = await rooms.visit();
    const cutId = await rooms.enter(cut, proxy.url, topic);
    await connected([ann, bob, cut]);
    await cut.evaluate("log.length = 0");
    proxy.cut();
    await becomes(cut, `room.state === "away"`);
    await ann.evaluate("chat.send('one')");
    await becomes(cut, `log.includes('${ids[0]} says "one"')`);
    await bob.evaluate("room.leave()");
    const carol = await rooms.visit();
    const carolId = await rooms.enter(carol, short.url, topic);
    await becomes(ann, `log.includes("-${cutId}") && room.peers.has("${carolId}")`);
    await ann.evaluate("chat.send('two')");
    proxy.mend();
    await cut.evaluate("void dispatchEvent(new Event('online'))");
    await becomes(cut, `room.me.id !== "${cutId}"`);
    await connected([ann, carol, cut]);
    const newId = String(await cut.evaluate("room.me.id"));
    expect(await views([ann, carol, cut])).toEqual(Array(3).fill([ids[0], newId, carolId].sort()));
    await ann.evaluate("chat.send('three')");
    await cut.evaluate("chat.send('back')");
    await becomes(cut, `log.includes('${ids[0]} says "three"')`);
    for (const page of [ann, carol]) await becomes(page, `log.includes('${newId} says "back"')`);
    // What was sent while it was nobody's peer is not for it.
    const noted = (await logOf(cut)).filter((entry) => entry !== "negotiates");
    const [away, one, ...rest] = noted;
    expect([away, one, rest.at(-1)]).toEqual([
      "away",
      `${ids[0]} says "one"`,
      `${ids[0]} says "three"`,
    ]);
    expect(new Set(rest.slice(0, -1))).toEqual(
      new Set([`-${ids[0]}`, `-${ids[1]}`, `+${ids[0]}`, `+${carolId}`, "connected"]),
    );
  });

  test(`both sides add and stop streams at the same time, ${2 * glares} times, and agree in the end`, async () => {
    const { pages } = await rooms.room(server.url, 2);
    await connected(pages);
    const churn = `async () => {
      const canvas = document.createElement("canvas");
      canvas.getContext("2d").fillRect(0, 0, 9, 9);
      for (let n = 0; n < ${glares}; n++) {
        const stop = room.publish(canvas.captureStream(1));
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
        if (n < ${glares} - 1) stop();
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
      }
    }`;
    await Promise.all(pages.map((page) => page.evaluate(`(${churn})()`)));
    const settled = `(() => {
      const [{ connection }] = room.peers.values();
      const receiving = connection.getTransceivers().filter(({ currentDirection }) => currentDirection === "sendrecv" || currentDirection === "recvonly");
      const sending = connection.getTransceivers().filter(({ currentDirection }) => currentDirection === "sendrecv" || currentDirection === "sendonly");
      return connection.signalingState === "stable" && connection.connectionState === "connected" && receiving.length === 1 && sending.length === 1;
    })()`;
    await Promise.all(pages.map((page) => becomes(page, settled)));
    for (const page of pages) {
      expect(await page.evaluate("log.filter((entry) => entry.startsWith('error'))")).toEqual([]);
      // Otherwise descriptions grow with each stream that comes and goes, until the server takes no more.
      const places = "[...room.peers.values()][0].connection.getTransceivers().length";
      expect(await page.evaluate(places)).toBeLessThan(10);
    }
  });

  test("a large value arrives whole, and a room with a password takes nobody without it", async () => {
    const topic = rooms.newTopic();
    const pages = await Promise.all([rooms.visit(), rooms.visit(), rooms.visit()]);
    const ids: string[] = [];
    for (const [index, page] of pages.entries())
      ids.push(
        await rooms.enter(page, server.url, topic, { password: index < 2 ? "sesame" : "guess" }),
      );
    const [ann, bob, eve] = pages as [Page, Page, Page];
    await becomes(ann, `room.peers.get("${ids[1]}")?.connection.connectionState === "connected"`);
    await ann.evaluate(`chat.send("x".repeat(3e6), room.peers.get("${ids[1]}"))`);
    // Looked at whole once only: this is asked at each frame that the page draws.
    await becomes(bob, "log.some(({ length }) => length > 3e6)");
    expect(
      await bob.evaluate(`log.some((entry) => entry.endsWith(JSON.stringify("x".repeat(3e6))))`),
    ).toBe(true);
    await becomes(eve, `log.some((entry) => /was altered, or has another password/.test(entry))`);
    expect(
      await eve.evaluate(`[...room.peers.values()].map((peer) => peer.connection.connectionState)`),
    ).not.toContain("connected");
  });
});
