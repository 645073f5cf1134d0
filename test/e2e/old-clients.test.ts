// Releases of clients that people still have, the oldest and the newest, in a real browser.

import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { borrowBrowser, chromiumPath, closePages, openTab } from "../support/browser.ts";
import { bundle, nodeShim } from "../support/bundled-page.ts";
import { describeWith } from "../support/missing.ts";
import { root } from "../support/paths.ts";
import { freshId } from "../support/peerjs-client.ts";
import { ServerProcess } from "../support/server-process.ts";
import { freshRoom, YClient } from "../support/y-webrtc-client.ts";

// Browsers take their time on a busy machine.
setDefaultTimeout(60_000);

const support = `${root}/test/support`;

/** What each page loads; a text is the script itself. */
const pages: Readonly<Record<string, readonly (Bun.BunFile | (() => Promise<string>))[]>> = {
  "peerjs 0.3.8": [
    Bun.file(`${root}/node_modules/peerjs-0.3/dist/peer.min.js`),
    Bun.file(`${support}/old-peerjs-page.js`),
  ],
  "peerjs 2.0.0-beta.3": [
    Bun.file(`${root}/node_modules/peerjs-2/dist/peerjs.min.js`),
    Bun.file(`${support}/old-peerjs-page.js`),
  ],
  "y-webrtc 10.0.3": [
    async () => {
      const page = await Bun.file(`${support}/yjs-page.ts`).text();
      return bundle(`${support}/old-yjs-page.ts`, page.replace('"y-webrtc"', '"y-webrtc-10.0"'));
    },
  ],
  "y-webrtc 10.3.0": [() => bundle(`${support}/yjs-page.ts`)],
};

async function serve(scripts: (typeof pages)[string]): Promise<Bun.Server<undefined>> {
  const texts = await Promise.all(
    scripts.map((script) => (typeof script === "function" ? script() : script.text())),
  );
  // As a script that is no module, what is bundled would share its names with the page.
  const tags = scripts
    .map((script, index) => {
      const kind = typeof script === "function" ? ' type="module"' : "";
      return `<script${kind} src="/${index}.js"></script>`;
    })
    .join("");
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      const [, number] = /^\/(\d)\.js$/.exec(new URL(request.url).pathname) ?? [];
      const isScript = number !== undefined;
      const type = isScript ? "text/javascript" : "text/html";
      const body = isScript
        ? (texts[Number(number)] ?? "")
        : `<!doctype html><link rel="icon" href="data:,"><body></body><script>${nodeShim}</script>${tags}`;
      return new Response(body, { headers: { "Content-Type": `${type}; charset=utf-8` } });
    },
  });
}

describeWith(chromiumPath, "Chromium")("releases of other years", () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof ServerProcess.start>>;
  const sites = new Map<string, Bun.Server<undefined>>();

  beforeAll(async () => {
    const served = Object.entries(pages).map(async ([client, scripts]) => {
      sites.set(client, await serve(scripts));
    });
    [browser, server] = await Promise.all([borrowBrowser(), ServerProcess.start(), ...served]);
  });
  afterEach(() => closePages(browser));
  afterAll(async () => {
    for (const site of sites.values()) await site.stop(true);
    await server?.[Symbol.asyncDispose]();
  });

  const open = async (client: string): Promise<Page> =>
    (await openTab(browser, sites.get(client)!.url.href)).page;

  const call = (page: Page, name: string, ...given: readonly unknown[]): Promise<unknown> =>
    page.evaluate(`${name}(${given.map((value) => JSON.stringify(value)).join(", ")})`);

  test.each([
    ["peerjs 0.3.8", "peerjs 0.3.8"],
    ["peerjs 2.0.0-beta.3", "peerjs 2.0.0-beta.3"],
  ])("%s talks to %s, and calls it", async (one, other) => {
    const [ann, bob] = [freshId(), freshId()];
    const [caller, called] = [await open(one), await open(other)];
    const port = Number(server.url.port);
    expect([
      await call(caller, "begin", ann, port),
      await call(called, "begin", bob, port),
    ]).toEqual([ann, bob]);
    expect(await call(caller, "ask", bob, "hello")).toBe("hello, too");
    expect(await call(caller, "call", bob)).toBe(160);
  });

  test.each(["", "secret"])(
    "documents of y-webrtc 10.0.3 and 10.3.0 become one (password: %p)",
    async (password) => {
      const room = freshRoom();
      const address = `ws://${server.url.host}/signal`;
      const observer = await YClient.open(server.url, [room]);
      const [ann, bob] = [await open("y-webrtc 10.0.3"), await open("y-webrtc 10.3.0")];
      await call(ann, "join", address, room, "ann", password);
      // Two that announce themselves at once may both make offers, and wait for ever, at any server.
      await observer.socket.next();
      await call(bob, "join", address, room, "bob", password);
      const documents = [ann, bob].map((page) => call(page, "contentsWith", "ann", "bob"));
      const [one, same] = await Promise.all(documents);
      expect(one).toBe(same!);
    },
  );
});
