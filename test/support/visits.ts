// Tests of a page that the binary carries, in a real browser: one browser and one server for all of them,
// and a context of its own for each visitor.

import { afterAll, afterEach, beforeAll, setDefaultTimeout } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { borrowBrowser, chromiumPath, closePages, openPage } from "./browser.ts";
import { describeWith } from "./missing.ts";
import { ServerProcess } from "./server-process.ts";

export interface Visitor {
  readonly page: Page;
  /** What went wrong in the page so far. */
  readonly problems: readonly string[];
}

export interface Site {
  /** The server's address. */
  readonly url: URL;
  /** Opens a page in a context of its own; `path` is relative to the server, or an address. */
  open(path: string): Promise<Visitor>;
}

/** Starting and ending browser contexts takes its time on a busy machine. */
const timeout = 60_000;

/** Resolves once the server has given the page an id. */
export const welcomed = (page: Page): Promise<void> =>
  page.locator('[data-testid="self-id"]:not(:empty)').waitFor({ timeout });

/** Tests on a page of a server with these variables. What they get is there once they run. */
export function describePage(
  name: string,
  environment: Record<string, string>,
  tests: (site: Site) => void,
): void {
  setDefaultTimeout(timeout);
  describeWith(chromiumPath, "Chromium")(name, () => {
    let browser: Browser;
    let server: Awaited<ReturnType<typeof ServerProcess.start>>;

    beforeAll(async () => {
      [browser, server] = await Promise.all([
        borrowBrowser(),
        ServerProcess.start([], environment),
      ]);
    }, timeout);
    afterEach(() => closePages(browser), timeout);
    afterAll(async () => {
      await server?.[Symbol.asyncDispose]();
    }, timeout);

    tests({
      get url() {
        return server.url;
      },
      open: (path) => openPage(browser, new URL(path, server.url).href),
    });
  });
}
