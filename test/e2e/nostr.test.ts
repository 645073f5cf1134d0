// trystero as it comes in real browsers, told nothing but the address of the relay: at the compiled binary on one node
// and on two. Its other relays are public ones; nothing outside of this machine is asked for anything.

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
import { borrowBrowser, chromiumPath, closePages, openTab } from "../support/browser.ts";
import { serveBundledPage } from "../support/bundled-page.ts";
import { describeWith, isThere } from "../support/missing.ts";
import { redisProgram } from "../support/redis-server.ts";
import { ServerProcess } from "../support/server-process.ts";
import { type AnyServer, TwoNodes } from "../support/two-nodes.ts";

// Browsers take their time on a busy machine.
setDefaultTimeout(60_000);

const servers: readonly (readonly [string, () => Promise<AnyServer>])[] = [
  ["one node", () => ServerProcess.start()],
  ...(isThere(redisProgram, "Redis") ? [["two nodes", () => TwoNodes.start()] as const] : []),
];

describeWith(chromiumPath, "Chromium")("pages that meet by trystero's default relays", () => {
  let browser: Browser;
  let site: Bun.Server<undefined>;

  beforeAll(async () => {
    [browser, site] = await Promise.all([borrowBrowser(), serveBundledPage("trystero-page.js")]);
  });
  afterEach(() => closePages(browser));
  afterAll(async () => {
    await site?.stop(true);
  });

  const open = async (): Promise<Page> => (await openTab(browser, site.url.href)).page;
  const does = (page: Page, name: string, ...given: readonly unknown[]): Promise<unknown> =>
    page.evaluate(`window.pageOfTest.${name}(...${JSON.stringify(given)})`);

  describe.each(servers)("on %s", (_title, start) => {
    let server: AnyServer;
    let relay: string;

    beforeAll(async () => {
      server = await start();
      relay = `ws://${server.url.host}/nostr`;
    });
    afterAll(() => server[Symbol.asyncDispose]());

    test("three find each other, talk over data channels, and see one leave", async () => {
      const room = crypto.randomUUID();
      const pages = [await open(), await open(), await open()] as const;
      const ids = await Promise.all(pages.map((page) => does(page, "join", relay, room)));
      await Promise.all(
        pages.flatMap((page, at) =>
          ids
            .filter((_, other) => other !== at)
            .map((other) => does(page, "seen", `read hello ${ids[at]} of ${other}`)),
        ),
      );
      for (const page of pages) expect(await does(page, "relays")).toEqual([relay]);
      await does(pages[2], "leave");
      for (const page of pages.slice(0, 2)) await does(page, "seen", `left ${ids[2]}`);
    });

    test("rooms of other names are apart", async () => {
      const [ann, bob, cid] = [await open(), await open(), await open()];
      const rooms = [crypto.randomUUID(), crypto.randomUUID()];
      await does(cid, "join", relay, rooms[1]);
      const annId = await does(ann, "join", relay, rooms[0]);
      const bobId = await does(bob, "join", relay, rooms[0]);
      await does(ann, "seen", `read hello ${annId} of ${bobId}`);
      expect(await cid.evaluate("Object.keys(window.room.getPeers())")).toEqual([]);
    });
  });
});
