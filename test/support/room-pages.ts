// Pages of an application that uses the client library: rooms and calls in a real browser.

import type { Browser, Page } from "playwright-core";
import { borrowBrowser, closePages, openPage } from "./browser.ts";

/** Milliseconds, for a machine that is busy with something else. */
const patienceMs = 60_000;

/** Enters a room, and writes down what happens in it. Runs in the page; what it makes is global there. */
const enter = `async (library, server, topic, { isCall, ...options }) => {
  const { join } = await import(library);
  const room = await join(server, topic, { metadata: { name: topic }, ...options });
  const log = [];
  const gaps = [];
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
  let awaySince = 0;
  room.on("state", (state) => {
    log.push(state);
    if (state === "away") awaySince = performance.now();
    else if (state === "connected") gaps.push(performance.now() - awaySince);
  });
  room.on("error", (error) => log.push("error: " + error.message));
  chat.on("data", (value, peer) => log.push(peer.id + " says " + JSON.stringify(value)));
  Object.assign(globalThis, { room, log, gaps, chat, connections, offers });
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
const decoded = `async () => {
  const counts = {};
  for (const [id, peer] of room.peers) {
    const report = await peer.connection.getStats();
    report.forEach((entry) => {
      if (entry.type === "inbound-rtp" && entry.kind === "video") counts[id] = entry.framesDecoded;
    });
  }
  return counts;
}`;

/** Of `join`, as far as they are JSON, and what the page does beside. */
interface Entering {
  readonly password?: string;
  /** Whether it sends a moving picture to everybody. */
  readonly isCall?: boolean;
}

interface RoomOfPages {
  readonly topic: string;
  readonly pages: readonly Page[];
  /** In the order of the pages. */
  readonly ids: readonly string[];
}

export type Pictures = Readonly<Record<string, number>>;

export class RoomPages implements AsyncDisposable {
  readonly #browser: Browser;
  readonly #application: Bun.Server<undefined>;
  readonly #library: string;
  #rooms = 0;

  private constructor(browser: Browser, library: string) {
    this.#browser = browser;
    this.#library = library;
    this.#application = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () =>
        new Response('<!doctype html><link rel="icon" href="data:,">', {
          headers: { "Content-Type": "text/html" },
        }),
    });
  }

  /** @param server where the library comes from. Its own pages may use that server only, so these are of another one */
  static async start(server: URL): Promise<RoomPages> {
    return new RoomPages(await borrowBrowser(), new URL("/client.js", server).href);
  }

  /** A name that no other room has. */
  newTopic(): string {
    return `client-${++this.#rooms}`;
  }

  async visit(): Promise<Page> {
    return (await openPage(this.#browser, this.#application.url.href)).page;
  }

  /** @returns its id */
  async enter(page: Page, server: URL, topic: string, entering: Entering = {}): Promise<string> {
    const given = [this.#library, server.href, topic, entering];
    const texts = given.map((each) => JSON.stringify(each));
    return String(await page.evaluate(`(${enter})(${texts.join(", ")})`));
  }

  /** So many pages in one room. */
  async room(server: URL, count: number, entering: Entering = {}): Promise<RoomOfPages> {
    const topic = this.newTopic();
    const pages = await Promise.all(Array.from({ length: count }, () => this.visit()));
    const ids: string[] = [];
    for (const page of pages) ids.push(await this.enter(page, server, topic, entering));
    return { topic, pages, ids };
  }

  /** Ends all pages. */
  close(): Promise<void> {
    return closePages(this.#browser);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    await this.#application.stop(true);
  }
}

/** Waits until an expression of a page is true. */
export async function becomes(page: Page, condition: string): Promise<void> {
  await page.waitForFunction(condition, undefined, { timeout: patienceMs, polling: 50 });
}

/** Waits until each page is connected to each other one. */
export async function connected(pages: readonly Page[]): Promise<void> {
  const condition = `room.peers.size === ${pages.length - 1} &&
    [...room.peers.values()].every((peer) => peer.connection.connectionState === "connected")`;
  await Promise.all(pages.map((page) => becomes(page, condition)));
}

/** Waits until nobody negotiates any more, and everybody sees everybody; then forgets what has happened so far. */
export async function calm(pages: readonly Page[]): Promise<void> {
  await connected(pages);
  const isStable = `offers() > 0 &&
    [...room.peers.values()].every((peer) => peer.connection.signalingState === "stable")`;
  await Promise.all(pages.map((page) => becomes(page, isStable)));
  for (const page of pages)
    await shows(
      page,
      (now) => Object.values(now).filter((n) => n > 0).length === pages.length - 1,
      "not everybody sees everybody",
    );
  await Promise.all(pages.map((page) => page.evaluate("log.length = gaps.length = 0")));
}

export const pictures = async (page: Page): Promise<Pictures> =>
  (await page.evaluate(`(${decoded})()`)) as Pictures;

/** Waits until more pictures have come from all peers that had some before. */
export async function goesOn(page: Page, before: Pictures): Promise<void> {
  const isMore = (now: Pictures) =>
    Object.entries(before).every(([id, count]) => (now[id] ?? 0) > count);
  await shows(page, isMore, "no pictures come any more");
}

/** Waits until a page has decoded such pictures. @param problem in words, for a page that does not in time */
async function shows(page: Page, isSo: (now: Pictures) => boolean, problem: string): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!isSo(await pictures(page))) {
    if (performance.now() > deadline)
      throw new Error(`${problem}: ${JSON.stringify(await logOf(page))}`);
    await Bun.sleep(50);
  }
}

/** What has happened in a page, in order. */
export const logOf = async (page: Page): Promise<readonly string[]> =>
  (await page.evaluate("log")) as readonly string[];

/** Who is in the room, by what each page knows: ids in order, its own included. */
export const views = (pages: readonly Page[]): Promise<readonly unknown[]> =>
  Promise.all(pages.map((page) => page.evaluate("[room.me.id, ...room.peers.keys()].sort()")));
