// The client library in a real browser, at the real binary: calls outlive the server, and views equal each other.

import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { borrowBrowser, chromiumPath, closePages, openPage } from "../support/browser.ts";
import { describeWith } from "../support/missing.ts";
import { ServerProcess } from "../support/server-process.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";

setDefaultTimeout(120_000);

/** With it, a server that is started again knows its members. */
const key = { RESUME_KEY: "a key of the tests, 32 bytes or more", DRAIN_SECONDS: "1" };

/** Enters a room, and writes down what happens in it. Runs in the page; `log`, `room` and `frames` are global there. */
const enter = `async (library, server, topic, isCall) => {
  const { join } = await import(library);
  const room = await join(server, topic, { metadata: { name: topic } });
  const log = [];
  const chat = room.channel("chat");
  const connections = new Set();
  const offers = () => log.filter((entry) => entry === "negotiates").length;
  const watch = (peer) => {
    connections.add(peer.connection);
    peer.connection.addEventListener("signalingstatechange", () => log.push("negotiates"));
    peer.on("track", (track, stream) => {
      const video = document.createElement("video");
      Object.assign(video, { muted: true, autoplay: true, srcObject: stream });
      document.body.append(video);
    });
  };
  room.on("peer", (peer) => { log.push("+" + peer.id); watch(peer); });
  room.peers.forEach(watch);
  room.on("left", (peer) => log.push("-" + peer.id));
  room.on("state", (state) => log.push(state));
  room.on("error", (error) => log.push("error: " + error.message));
  chat.on("data", (value, peer) => log.push(peer.id + " says " + JSON.stringify(value)));
  Object.assign(globalThis, { room, log, chat, connections, offers });
  if (isCall) {
    const canvas = document.createElement("canvas");
    document.body.append(canvas);
    const context = canvas.getContext("2d");
    let n = 0;
    setInterval(() => context.fillRect(n++ % 300, 0, 9, 9), 50);
    room.publish(canvas.captureStream(10));
  }
  return room.me.id;
}`;

/** Pictures decoded so far, by peer. Runs in the page. */
const pictures = `async () => {
  const counts = {};
  for (const [id, peer] of room.peers) {
    const report = await peer.connection.getStats();
    report.forEach((entry) => {
      if (entry.type === "inbound-rtp" && entry.kind === "video") counts[id] = entry.framesDecoded;
    });
  }
  return counts;
}`;

const call = (page: Page, code: string, ...given: readonly unknown[]): Promise<unknown> =>
  page.evaluate(`(${code})(${given.map((each) => JSON.stringify(each)).join(", ")})`);
const until = (page: Page, condition: string): Promise<unknown> =>
  page.waitForFunction(condition, undefined, { timeout: 60_000, polling: 50 });

describeWith(chromiumPath, "Chromium")("the client library", () => {
  let browser: Browser;
  let pagesServer: Awaited<ReturnType<typeof ServerProcess.start>>;
  let application: Bun.Server<undefined>;
  let topics = 0;

  beforeAll(async () => {
    application = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () =>
        new Response('<!doctype html><link rel="icon" href="data:,">', {
          headers: { "Content-Type": "text/html" },
        }),
    });
    [browser, pagesServer] = await Promise.all([borrowBrowser(), ServerProcess.start([], key)]);
  }, 60_000);
  afterEach(() => closePages(browser), 60_000);
  afterAll(async () => {
    await application?.stop(true);
    await pagesServer?.[Symbol.asyncDispose]();
  }, 60_000);

  /** A page of an application of its own: the library comes from our server, whose own pages may use that server only. */
  async function visit(): Promise<Page> {
    return (await openPage(browser, application.url.href)).page;
  }

  const library = () => new URL("/client.js", pagesServer.url).href;

  async function room(server: string, count: number, isCall: boolean) {
    const topic = `client-${++topics}`;
    const pages = await Promise.all(Array.from({ length: count }, visit));
    const ids: string[] = [];
    for (const page of pages)
      ids.push(String(await call(page, enter, library(), server, topic, isCall)));
    return { topic, pages, ids };
  }

  const connected = (pages: readonly Page[]) =>
    Promise.all(
      pages.map((page) =>
        until(
          page,
          `room.peers.size === ${pages.length - 1} && [...room.peers.values()].every((peer) => peer.connection.connectionState === "connected")`,
        ),
      ),
    );

  test.each(["SIGTERM", "SIGKILL"] as const)(
    "three in a call notice nothing of a server that gets %s and is started again",
    async (signal) => {
      const before = await ServerProcess.start([], key);
      const { port } = before.url;
      const { pages, ids } = await room(before.url.href, 3, true);
      await connected(pages);
      await Promise.all(
        pages.map((page) =>
          until(
            page,
            `offers() > 0 && [...room.peers.values()].every((peer) => peer.connection.signalingState === "stable")`,
          ),
        ),
      );
      const seen = (page: Page) => call(page, pictures) as Promise<Record<string, number>>;
      for (const page of pages)
        while (Object.values(await seen(page)).filter((count) => count > 0).length < 2)
          await Bun.sleep(50);
      await Promise.all(pages.map((page) => page.evaluate("log.length = 0")));
      before.signal(signal);
      await before.exited;
      await Promise.all(pages.map((page) => until(page, `room.state === "away"`)));
      const during = await Promise.all(pages.map(seen));
      await using again = await ServerProcess.start([], { ...key, PORT: port });
      await Promise.all(pages.map((page) => until(page, `room.state === "connected"`)));
      for (const [index, page] of pages.entries()) {
        const others = ids.filter((id) => id !== ids[index]);
        const grew = (now: Record<string, number>) =>
          others.every((id) => (now[id] ?? 0) > (during[index]?.[id] ?? 0));
        while (!grew(await seen(page))) await Bun.sleep(50);
        expect(await page.evaluate("log")).toEqual(["away", "connected"]);
        expect(await page.evaluate("[room.me.id, connections.size]")).toEqual([ids[index], 2]);
      }
      // Signals arrive again: a new channel needs none, a new stream does.
      await pages[0]?.evaluate("chat.send('still here')");
      await pages[1]?.evaluate(
        "void room.publish(document.querySelector('canvas').captureStream(1))",
      );
      await until(pages[2]!, `offers() > 0 && log.includes('${ids[0]} says "still here"')`);
      expect(again.log.filter(({ level }) => level === "error")).toEqual([]);
    },
  );

  test("a tab whose network is cut sees what the others see afterwards", async () => {
    await using proxy = await TcpProxy.start(pagesServer.url);
    const { topic, pages, ids } = await room(pagesServer.url.href, 2, false);
    const [ann, bob] = pages as [Page, Page];
    const cut = await visit();
    const cutId = String(await call(cut, enter, library(), proxy.url.href, topic, false));
    await connected([ann, bob, cut]);
    await cut.evaluate("log.length = 0");
    proxy.cut();
    await until(cut, `room.state === "away"`);
    await bob.evaluate("room.leave()");
    const carol = await visit();
    const carolId = String(await call(carol, enter, library(), pagesServer.url.href, topic, false));
    await until(ann, `!room.peers.has("${ids[1]}") && room.peers.has("${carolId}")`);
    // The channel goes on while signaling is away.
    await ann.evaluate("chat.send('one')");
    await until(cut, `log.includes('${ids[0]} says "one"')`);
    proxy.mend();
    await connected([ann, carol, cut]);
    const log = (await cut.evaluate("log")) as string[];
    expect(log.filter((entry) => !/negotiates/.test(entry))).toEqual([
      "away",
      `${ids[0]} says "one"`,
      "connected",
      `-${ids[1]}`,
      `+${carolId}`,
    ]);
    const views = await Promise.all(
      [ann, carol, cut].map((page) => page.evaluate("[room.me.id, ...room.peers.keys()].sort()")),
    );
    expect(views).toEqual(Array(3).fill([ids[0], cutId, carolId].sort()));
  });

  test("both sides add and stop streams at the same time, forty times, and agree in the end", async () => {
    const { pages } = await room(pagesServer.url.href, 2, false);
    await connected(pages);
    const churn = `async () => {
      const canvas = document.createElement("canvas");
      canvas.getContext("2d").fillRect(0, 0, 9, 9);
      for (let n = 0; n < 20; n++) {
        const stop = room.publish(canvas.captureStream(1));
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
        if (n < 19) stop();
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
      }
    }`;
    await Promise.all(pages.map((page) => call(page, churn)));
    const settled = `(() => {
      const [{ connection }] = room.peers.values();
      const receiving = connection.getTransceivers().filter(({ currentDirection }) => currentDirection === "sendrecv" || currentDirection === "recvonly");
      const sending = connection.getTransceivers().filter(({ currentDirection }) => currentDirection === "sendrecv" || currentDirection === "sendonly");
      return connection.signalingState === "stable" && connection.connectionState === "connected" && receiving.length === 1 && sending.length === 1;
    })()`;
    await Promise.all(pages.map((page) => until(page, settled)));
    for (const page of pages)
      expect(await page.evaluate("log.filter((entry) => entry.startsWith('error'))")).toEqual([]);
  });

  test("a large value arrives whole, and a room with a password takes nobody without it", async () => {
    const topic = `client-${++topics}`;
    const pages = await Promise.all([visit(), visit(), visit()]);
    const secret = enter.replace("{ metadata:", "{ password: PASSWORD, metadata:");
    const ids: unknown[] = [];
    for (const [index, page] of pages.entries())
      ids.push(
        await call(
          page,
          secret.replace("PASSWORD", index < 2 ? "'sesame'" : "'guess'"),
          library(),
          pagesServer.url.href,
          topic,
          false,
        ),
      );
    const [ann, bob, eve] = pages as [Page, Page, Page];
    await until(ann, `room.peers.get("${ids[1]}")?.connection.connectionState === "connected"`);
    await ann.evaluate(`chat.send("x".repeat(3e6), room.peers.get("${ids[1]}"))`);
    // Looked at whole once only: this is asked at each frame that the page draws.
    await until(bob, "log.some(({ length }) => length > 3e6)");
    expect(
      await bob.evaluate(`log.some((entry) => entry.endsWith(JSON.stringify("x".repeat(3e6))))`),
    ).toBe(true);
    await until(eve, `log.some((entry) => /was altered, or has another password/.test(entry))`);
    expect(
      await eve.evaluate(`[...room.peers.values()].map((peer) => peer.connection.connectionState)`),
    ).not.toContain("connected");
  });
});
