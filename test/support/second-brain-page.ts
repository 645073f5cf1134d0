// The page of the document that the clients of the room protocol are made by, on a site of its own, as
// theirs are.

import type { Browser, Page } from "playwright-core";
import { openPage } from "./browser.ts";
import { root } from "./paths.ts";
import { sign } from "./tokens.ts";

export interface Conversation {
  /** Who was in the room when the caller entered. */
  readonly present: unknown;
  /** What the caller heard back. */
  readonly heard: unknown;
  /** The candidates in use at the caller: its own kind, and the other's. */
  readonly path: unknown;
  /** What went wrong in the two pages. */
  readonly problems: readonly string[];
}

/** Bob enters the room of the server at `url`, then Ann, who calls him. */
export async function converse(browser: Browser, url: URL): Promise<Conversation> {
  await using site = await serve(url);
  const bob = await openPage(browser, `${site.url}bob`);
  await bob.page.evaluate("entered.promise");
  const ann = await openPage(browser, `${site.url}ann`);
  const ask = (page: Page, expression: string): Promise<unknown> => page.evaluate(expression);
  return {
    present: await ask(ann.page, "entered.promise"),
    heard: await ask(ann.page, "call('Hello')"),
    path: await ask(ann.page, "path()"),
    problems: [...ann.problems, ...bob.problems],
  };
}

/** Each path is the page of the user that it names. */
async function serve({ host }: URL): Promise<AsyncDisposable & { readonly url: URL }> {
  const text = await Bun.file(`${root}/test/support/second-brain.html`).text();
  const site = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const token = await sign({ sub: new URL(request.url).pathname.slice(1) });
      const page = text.replace("{token}", token).replaceAll("localhost:8000", host);
      return new Response(page, { headers: { "Content-Type": "text/html" } });
    },
  });
  return { url: site.url, [Symbol.asyncDispose]: () => site.stop(true) };
}
