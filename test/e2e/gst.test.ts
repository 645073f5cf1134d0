// gstwebrtc-api in a real browser, a context for each peer: producers with Chromium's fake camera, and consumers
// that play what it films.

import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { borrowBrowser, chromiumPath, closePages, openTab } from "../support/browser.ts";
import { freshSpace } from "../support/gst-client.ts";
import { describeWith } from "../support/missing.ts";
import { root } from "../support/paths.ts";
import { ServerProcess } from "../support/server-process.ts";
import { secret, sign } from "../support/tokens.ts";
import { type AnyServer, describeNodes } from "../support/two-nodes.ts";

// Browsers take their time on a busy machine.
setDefaultTimeout(60_000);

async function servePage(): Promise<Bun.Server<undefined>> {
  const built = await Bun.build({
    entrypoints: [`${root}/test/support/gst-page.js`],
    target: "browser",
  });
  const script = await built.outputs[0]!.text();
  const page =
    '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>';
  return Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    routes: {
      "/": new Response(page, { headers: { "Content-Type": "text/html" } }),
      "/page.js": new Response(script, { headers: { "Content-Type": "text/javascript" } }),
    },
  });
}

describeWith(chromiumPath, "Chromium")("peers of gstwebrtc-api", () => {
  let browser: Browser;
  let pages: Bun.Server<undefined>;

  beforeAll(async () => {
    [browser, pages] = await Promise.all([borrowBrowser(), servePage()]);
  });
  afterEach(() => closePages(browser));
  afterAll(async () => {
    await pages?.stop(true);
  });

  const call = (page: Page, name: string, ...parameters: readonly string[]): Promise<string> =>
    page.evaluate(`${name}(...${JSON.stringify(parameters)})`);

  interface Peer {
    readonly id: string;
    readonly page: Page;
    readonly problems: readonly string[];
  }

  async function connect(url: URL, path: string, name: string): Promise<Peer> {
    const { page, problems } = await openTab(browser, pages.url.href);
    const id = await call(page, "connect", `ws://${url.host}${path}`, name);
    return { id, page, problems };
  }

  describeNodes((start) => {
    let server: AnyServer;

    beforeAll(async () => {
      server = await start();
    });
    afterAll(() => server[Symbol.asyncDispose]());

    test("see a camera in their space, and what it films", async () => {
      const path = `/gst/${freshSpace()}`;
      const camera = await connect(server.url, path, "camera");
      const viewer = await connect(server.url, path, "viewer");
      const stranger = await connect(server.url, "/gst", "stranger");
      await call(camera.page, "produce");
      await call(viewer.page, "until", `camera is there as ${camera.id}`);
      await call(viewer.page, "consume", camera.id);
      await call(camera.page, "until", "a consumer came");
      // One that comes later finds it listed.
      const late = await connect(server.url, path, "late");
      await call(late.page, "until", `camera is there as ${camera.id}`);
      await call(late.page, "consume", camera.id);
      await call(viewer.page, "hangUp", camera.id);
      await call(camera.page, "until", "a consumer went");
      await camera.page.close();
      await call(late.page, "until", `the session with ${camera.id} is over`);
      for (const { page } of [viewer, late]) await call(page, "until", `${camera.id} has gone`);
      expect([camera, viewer, late, stranger].flatMap(({ problems }) => problems)).toEqual([]);
      expect(await call(stranger.page, "allEvents")).toBe('["connected"]');
    });
  });

  test("come with a token, and meet again when the server is back", async () => {
    const environment = { JWT_SECRET: secret, AUTH: "required" };
    const path = `/gst/lab?token=${await sign({ sub: "ann", rooms: ["lab"] })}`;
    const first = await ServerProcess.start([], environment);
    const viewer = await connect(first.url, path, "viewer");
    first.signal("SIGKILL");
    await first.exited;
    await call(viewer.page, "until", "disconnected");
    await using again = await ServerProcess.start([], { ...environment, PORT: first.url.port });
    const camera = await connect(again.url, path, "camera");
    await call(camera.page, "produce");
    await call(viewer.page, "until", `camera is there as ${camera.id}`);
    await call(viewer.page, "consume", camera.id);
  });
});
