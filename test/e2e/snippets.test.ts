// Every snippet of the start page that is for a browser: it imports what people can install, and runs in Chromium
// against the binary without an error.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { protocols } from "../../src/protocols/protocols.ts";
import { borrowBrowser, chromiumPath, closePages } from "../support/browser.ts";
import { bundle, nodeShim } from "../support/bundled-page.ts";
import { describeWith } from "../support/missing.ts";
import { ServerProcess } from "../support/server-process.ts";
import { secret, sign } from "../support/tokens.ts";

const snippets = protocols.flatMap(({ name, guide }) =>
  guide.snippets
    .filter(({ language }) => language === "js")
    .map(({ client, code }) => ({ what: `${name}, ${client}`, code })),
);

describeWith(chromiumPath, "Chromium")("a snippet", () => {
  let server: Awaited<ReturnType<typeof ServerProcess.start>>;
  let browser: Browser;
  /** Chromium lets no page reach this machine that did not come from it. */
  let site: Bun.Server<undefined>;

  beforeAll(async () => {
    server = await ServerProcess.start([], { JWT_SECRET: secret });
    browser = await borrowBrowser();
    const body = `<!doctype html><script>${nodeShim}</script><video></video>`;
    const headers = { "Content-Type": "text/html" };
    site = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => new Response(body, { headers }),
    });
  }, 30_000);

  afterAll(async () => {
    await closePages(browser);
    await site.stop(true);
    await server[Symbol.asyncDispose]();
  });

  test.each(snippets)(
    "runs as it is: $what",
    async ({ code }) => {
      const { host } = server.url;
      const own = code
        .replaceAll("{ws}", `ws://${host}`)
        .replaceAll("{http}", `http://${host}`)
        .replace('const token = "…";', `const token = "${await sign()}";`);
      const script = await bundle(
        `${import.meta.dir}/snippet.js`,
        `${own}\nglobalThis.hasRun = true;`,
      );
      const page = await browser.newPage();
      const problems: string[] = [];
      const { promise: failed, resolve: fail } = Promise.withResolvers<void>();
      page.on("pageerror", ({ message }) => {
        problems.push(message);
        fail();
      });
      const sockets: string[] = [];
      page.on("websocket", (socket) => sockets.push(socket.url()));
      await page.goto(site.url.href);
      await page.addScriptTag({ content: script, type: "module" });
      const hasRun = page.waitForFunction("globalThis.hasRun === true", undefined, {
        timeout: 20_000,
      });
      await Promise.race([hasRun, failed]);
      await page.close();
      expect(problems).toEqual([]);
      expect(sockets.filter((url) => !url.startsWith(`ws://${host}/`))).toEqual([]);
    },
    60_000,
  );
});
