// Makes the pictures of the documents anew, in docs/pictures: `bun run pictures`, or `bun run pictures call` for some of
// them. They are of the executable's own pages in a real browser, whose camera shows a moving picture of its own.

import { mkdirSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { adminEnvironment, adminToken } from "./admin.ts";
import { launchBrowser, openPage, untilItPlays } from "./browser.ts";
import { binary, root } from "./paths.ts";
import { ServerProcess } from "./server-process.ts";
import { welcomed } from "./visits.ts";

const folder = `${root}/docs/pictures`;

const desktop = { width: 1200, height: 780 };
const phone = { width: 390, height: 780 };

/** Seconds of load that charts show. */
const loadSeconds = 40;

type Scheme = "light" | "dark";

async function take(page: Page, name: string, size: typeof desktop, scheme: Scheme): Promise<void> {
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
  await page.screenshot({ path: `${folder}/${name}-${scheme}.png` });
}

/** Three people in a call, as one of them sees it. */
async function call(browser: Browser, url: URL): Promise<void> {
  const visitors: Page[] = [];
  for (let count = 0; count < 3; count++) {
    const { page } = await openPage(browser, new URL("/demo#book-club", url).href);
    await welcomed(page);
    await page.getByTestId("share-camera").click();
    visitors.push(page);
  }
  const [ada] = visitors;
  if (ada === undefined) throw new Error("nobody came");
  const videos = ada.locator('[data-testid="peer"] video');
  await videos.nth(1).waitFor({ timeout: 60_000 });
  for (const video of await videos.all()) await video.evaluate(untilItPlays);
  await visitors[1]?.getByTestId("chat-input").fill("Hello, I can see you both.");
  await visitors[1]?.getByTestId("chat-send").click();
  const buffer = Buffer.alloc(1_400_000);
  const file = { name: "garden.jpg", mimeType: "image/jpeg", buffer };
  await visitors[2]?.getByTestId("file-input").setInputFiles(file);
  await ada.getByTestId("save-file").waitFor();
  await take(ada, "call", { ...desktop, height: 1320 }, "light");
  await take(ada, "call", { ...desktop, height: 1320 }, "dark");
  for (const page of visitors) await page.context().close();
}

async function page(browser: Browser, address: URL, name: string): Promise<void> {
  const opened = await openPage(browser, address.href);
  await take(opened.page, name, desktop, "light");
  await take(opened.page, name, desktop, "dark");
  await take(opened.page, `${name}-phone`, phone, "light");
  await opened.page.context().close();
}

/** Pairs send each other so many messages a second. */
const pairsTalk = (url: URL, protocol: string, rate: number, pairs: number) =>
  Bun.spawn(
    [
      ...[binary, "bench", "rate", "--url", `ws://${url.host}`, "--protocol", protocol],
      ...["--seconds", `${loadSeconds * 2}`, "--rounds", "1"],
      ...["--rate", `${rate}`, "--pairs", `${pairs}`],
    ],
    { stdin: "ignore", stdout: "ignore", stderr: "ignore" },
  );

/** The start page of a server at which some talk. */
async function start(browser: Browser): Promise<void> {
  await using busy = await ServerProcess.start();
  const load = pairsTalk(busy.url, "topic", 300, 30);
  const { page } = await openPage(browser, busy.url.href);
  await Bun.sleep(loadSeconds * 1000);
  await take(page, "start", { ...desktop, height: 1100 }, "light");
  await take(page, "start", { ...desktop, height: 1100 }, "dark");
  await take(page, "start-phone", phone, "light");
  load.kill("SIGKILL");
  await page.context().close();
}

/** The dashboard of a server at which pairs talk by several protocols. */
async function dashboard(browser: Browser): Promise<void> {
  await using busy = await ServerProcess.start([], adminEnvironment);
  const load = ["topic", "peerjs", "y-webrtc", "tracker"].map((protocol, index) =>
    pairsTalk(busy.url, protocol, 400 - 80 * index, 40 - 8 * index),
  );
  const context = await browser.newContext({
    httpCredentials: { username: "", password: adminToken },
  });
  const opened = await context.newPage();
  await opened.goto(busy.operators.href);
  await Bun.sleep(loadSeconds * 1000);
  await take(opened, "dashboard", { width: 1280, height: 900 }, "light");
  await take(opened, "dashboard", { width: 1280, height: 900 }, "dark");
  await take(opened, "dashboard-phone", phone, "light");
  for (const process of load) process.kill("SIGKILL");
  await context.close();
}

mkdirSync(folder, { recursive: true });
await using server = await ServerProcess.start();
const browser = await launchBrowser();
try {
  const makers = {
    start: () => start(browser),
    documents: () => page(browser, new URL("/docs/protocols/topics", server.url), "documents"),
    call: () => call(browser, server.url),
    dashboard: () => dashboard(browser),
  };
  const wanted = Bun.argv.slice(2);
  for (const [name, make] of Object.entries(makers))
    if (wanted.length === 0 || wanted.includes(name)) await make();
} finally {
  await browser.close();
}
