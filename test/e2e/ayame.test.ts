// Ayame's web SDK in a real browser, a context for each person.

import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { borrowBrowser, chromiumPath, closePages, openTab } from "../support/browser.ts";
import { serveBundledPage } from "../support/bundled-page.ts";
import { describeWith } from "../support/missing.ts";
import { settled } from "../support/settled.ts";
import { type AnyServer, describeNodes } from "../support/two-nodes.ts";

// Browsers take their time on a busy machine.
setDefaultTimeout(60_000);

describeWith(chromiumPath, "Chromium")("people with Ayame's web SDK", () => {
  let browser: Browser;
  let pages: Bun.Server<undefined>;

  beforeAll(async () => {
    [browser, pages] = await Promise.all([borrowBrowser(), serveBundledPage("ayame-page.js")]);
  });
  afterEach(() => closePages(browser));
  afterAll(async () => {
    await pages?.stop(true);
  });

  const does = (page: Page, name: string, ...given: readonly string[]): Promise<unknown> =>
    page.evaluate(`window.pageOfTest.${name}(...${JSON.stringify(given)})`);

  async function join(url: URL, name: string): Promise<Page> {
    const { page } = await openTab(browser, pages.url.href);
    await does(page, "join", `ws://${url.host}/signaling`, "room", name);
    await settled(url);
    return page;
  }

  describeNodes((start) => {
    let server: AnyServer;

    beforeAll(async () => {
      server = await start();
    });
    afterAll(() => server[Symbol.asyncDispose]());

    test("two talk over a data channel, a third reads full, and who is left reads bye", async () => {
      const [ann, bob] = [await join(server.url, "ann"), await join(server.url, "bob")];
      await does(ann, "seen", "read hello from bob");
      await does(bob, "seen", "read hello from ann");
      const cid = await join(server.url, "cid");
      expect(await does(cid, "seen", "disconnected")).toBe("disconnected full");
      await does(ann, "leave");
      expect(await does(bob, "seen", "bye")).toBe("bye");
    });
  });
});
