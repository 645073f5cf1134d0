// Databases of RxDB in a real browser, a context for each, at this server and at RxDB's own: the same tests.

import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  setDefaultTimeout,
  test,
} from "bun:test";
import type { Browser, Page } from "playwright-core";
import { borrowBrowser, chromiumPath, closePages, openPage } from "../support/browser.ts";
import { serveBundledPage } from "../support/bundled-page.ts";
import { describeWith, isThere } from "../support/missing.ts";
import { redisProgram } from "../support/redis-server.ts";
import { freshRoom, StockServer } from "../support/rxdb-client.ts";
import { ServerProcess } from "../support/server-process.ts";
import { withoutStock } from "../support/stock.ts";
import { type AnyServer, TwoNodes } from "../support/two-nodes.ts";

// Browsers take their time on a busy machine.
setDefaultTimeout(60_000);

type Server = readonly [string, () => Promise<AnyServer>];
const one: Server = ["signalbox", () => ServerProcess.start()];
const two: Server = ["signalbox, two nodes", () => TwoNodes.start()];
const stock: Server = ["RxDB's own server", () => StockServer.start()];

describeWith(chromiumPath, "Chromium")("databases of RxDB", () => {
  let browser: Browser;
  let pages: Bun.Server<undefined>;

  beforeAll(async () => {
    [browser, pages] = await Promise.all([borrowBrowser(), serveBundledPage("rxdb-page.ts")]);
  });
  afterEach(() => closePages(browser));
  afterAll(async () => {
    await pages?.stop(true);
  });

  const call = (page: Page, name: string, ...parameters: readonly string[]): Promise<string> =>
    page.evaluate(`${name}(...${JSON.stringify(parameters)})`);

  async function replicate(url: URL, room: string, name: string): Promise<Page> {
    const { page } = await openPage(browser, pages.url.href);
    await call(page, "replicate", `ws://${url.host}/rxdb`, room, name);
    return page;
  }

  /** What all of them have, once all have the notes of all. @returns the different ones */
  async function notes(all: readonly Page[], ids: readonly string[]): Promise<string[]> {
    const found = await Promise.all(all.map((page) => call(page, "notesWith", ...ids)));
    return [
      ...new Set(found.map((each) => JSON.stringify(Object.entries(JSON.parse(each)).toSorted()))),
    ];
  }

  describe.each([
    one,
    ...(isThere(redisProgram, "Redis") ? [two] : []),
    ...withoutStock(isThere(Bun.which("node"), "Node") ? [stock] : [], () => true),
  ])("at %s", (_name, start) => {
    let server: AnyServer;

    beforeAll(async () => {
      server = await start();
    });
    afterAll(() => server[Symbol.asyncDispose]());

    test("that two people have replicate both ways", async () => {
      const room = freshRoom();
      const both = [
        await replicate(server.url, room, "ann"),
        await replicate(server.url, room, "bob"),
      ];
      const written = [
        ["ann", "written by ann"],
        ["bob", "written by bob"],
      ];
      expect(await notes(both, ["ann", "bob"])).toEqual([JSON.stringify(written)]);
      await call(both[0]!, "write", "late 1", "by ann");
      await call(both[1]!, "write", "late 2", "by bob");
      const all = ["ann", "bob", "late 1", "late 2"];
      expect(await notes(both, all)).toHaveLength(1);
    });

    test("that four people begin at once replicate", async () => {
      const room = freshRoom();
      const names = ["ann", "bob", "cid", "dan"];
      const all = await Promise.all(names.map((name) => replicate(server.url, room, name)));
      expect(await notes(all, names)).toHaveLength(1);
    });

    test("of two topics stay apart", async () => {
      const room = freshRoom();
      const [ann, bob] = [
        await replicate(server.url, room, "ann"),
        await replicate(server.url, freshRoom(), "bob"),
      ];
      const cid = await replicate(server.url, room, "cid");
      expect(await notes([ann, cid], ["ann", "cid"])).toHaveLength(1);
      expect(await notes([bob], ["bob"])).toEqual([JSON.stringify([["bob", "written by bob"]])]);
    });
  });

  test("go on replicating while the server is away, and meet a newcomer when it is back", async () => {
    const room = freshRoom();
    const crashing = await ServerProcess.start();
    const both = [
      await replicate(crashing.url, room, "ann"),
      await replicate(crashing.url, room, "bob"),
    ];
    await notes(both, ["ann", "bob"]);
    crashing.signal("SIGKILL");
    await crashing.exited;
    await call(both[0]!, "write", "meanwhile", "without a server");
    expect(await notes(both, ["meanwhile"])).toHaveLength(1);
    await using again = await ServerProcess.start([], { PORT: crashing.url.port });
    const all = [...both, await replicate(again.url, room, "cid")];
    expect(await notes(all, ["ann", "bob", "cid", "meanwhile"])).toHaveLength(1);
  });
});
