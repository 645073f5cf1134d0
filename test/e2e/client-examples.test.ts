// The examples of docs/client.md, as they stand there, in a real browser.

import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import {
  borrowBrowser,
  chromiumPath,
  closePages,
  openPage,
  untilItPlays,
} from "../support/browser.ts";
import { documentAt } from "../support/documents.ts";
import { describeWith } from "../support/missing.ts";
import { ServerProcess } from "../support/server-process.ts";

setDefaultTimeout(120_000);

/** What the examples find on their pages. */
const bodies: Readonly<Record<string, string>> = {
  "A call": "",
  "A chat": '<form><input name="text"><button>Send</button></form>',
  "A game loop": "<canvas></canvas>",
  "A file": '<input type="file"><progress value="0"></progress><a>file</a>',
};

const page = (heading: string): string =>
  `<!doctype html><link rel="icon" href="data:,">${bodies[heading]}` +
  `<script type="module" src="/${heading}.js"></script>`;

describeWith(chromiumPath, "Chromium")("the example of docs/client.md of", () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof ServerProcess.start>>;
  let application: Bun.Server<undefined>;

  beforeAll(async () => {
    [browser, server] = await Promise.all([borrowBrowser(), ServerProcess.start()]);
    application = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      routes: {
        "/:example": async (request) => {
          const name = decodeURIComponent(request.params.example);
          const isScript = name.endsWith(".js");
          return new Response(isScript ? await code(name.slice(0, -3)) : page(name), {
            headers: { "Content-Type": isScript ? "text/javascript" : "text/html" },
          });
        },
      },
    });
  }, 60_000);
  afterEach(() => closePages(browser), 60_000);
  afterAll(async () => {
    await application?.stop(true);
    await server?.[Symbol.asyncDispose]();
  }, 60_000);

  /** What stands under a heading, for our server. */
  async function code(heading: string): Promise<string> {
    const [, rest = ""] = (await documentAt("docs/client.md")).split(`## ${heading}\n`);
    const [, example = ""] = /^```js\n(.*?)^```/ms.exec(rest) ?? [];
    return `${example}\nglobalThis.room = room;`
      .replaceAll("https://signal.example/", server.url.href)
      .replaceAll("wss://signal.example", server.url.href);
  }

  async function two(heading: string) {
    expect((await code(heading)).split("\n").length).toBeLessThanOrEqual(25);
    const open = () =>
      openPage(browser, new URL(`/${encodeURIComponent(heading)}`, application.url).href);
    const [ann, bob] = await Promise.all([open(), open()]);
    for (const { page } of [ann, bob])
      await page.waitForFunction("globalThis.room?.peers.size === 1");
    return { ann: ann.page, bob: bob.page, problems: [ann.problems, bob.problems] };
  }

  test("a call shows each the other's camera, until that one leaves", async () => {
    const { ann, bob, problems } = await two("A call");
    for (const page of [ann, bob]) await page.locator("video").evaluate(untilItPlays);
    await bob.context().close();
    await ann.locator("video").waitFor({ state: "detached" });
    expect(problems.flat()).toEqual([]);
  });

  test("a chat passes on what is said", async () => {
    const { ann, bob, problems } = await two("A chat");
    const say = async (page: Page, text: string) => {
      await page.locator("input[name=text]").fill(text);
      await page.locator("button").click();
    };
    await say(ann, "hello");
    await bob.getByText("Ann: hello").waitFor();
    await say(bob, "hello you");
    await ann.getByText("Ann: hello you").waitFor();
    expect(problems.flat()).toEqual([]);
  });

  test("a game loop draws both where they are", async () => {
    const { ann, bob, problems } = await two("A game loop");
    await bob.mouse.move(100, 60);
    await ann.waitForFunction(() => {
      const canvas = (
        globalThis as unknown as { document: { querySelector(name: string): Canvas } }
      ).document.querySelector("canvas");
      return canvas.getContext("2d").getImageData(102, 62, 1, 1).data[3] === 255;
    });
    expect(problems.flat()).toEqual([]);
  });

  test("a file brings it over, to the last byte", async () => {
    const { ann, bob, problems } = await two("A file");
    const buffer = Buffer.alloc(1_000_003, "signal");
    await ann.locator("input").setInputFiles({ name: "box.txt", mimeType: "text/plain", buffer });
    await bob.locator("a[download='box.txt']").waitFor();
    const text = await bob.evaluate(
      "fetch(document.querySelector('a').href).then((file) => file.text())",
    );
    expect(text === buffer.toString()).toBe(true);
    expect(problems.flat()).toEqual([]);
  });
});

interface Canvas {
  getContext(name: "2d"): {
    getImageData(...area: number[]): { readonly data: readonly number[] };
  };
}
