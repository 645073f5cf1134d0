// One headless Chromium for all files of tests that run in one process, and a page for each person in them.

import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { Shared } from "./shared.ts";

/** Debian's Chromium without windows. A page takes it a sixth of the CPU time. */
const headlessShell = "/usr/bin/chromium-headless-shell";

/** Either will do; the path of the former if neither is there. */
export const chromiumPath =
  [headlessShell, "/usr/bin/chromium"].find((path) => existsSync(path)) ?? headlessShell;

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Candidates with addresses: nothing on a test machine resolves mDNS names.
  "--disable-features=WebRtcHideLocalIpsWithMdns",
  // Pictures a second: half as many as by default.
  "--use-fake-device-for-media-stream=fps=10",
  "--use-fake-ui-for-media-stream",
];

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath, args: flags });
}

/** It ends when it has lost the pipe by which it is told what to do. */
const shared = new Shared(launchBrowser);

/**
 * The browser of this process, launched when it is needed first; another one if that has crashed. Close its pages by
 * `closePages`, and not the browser.
 */
export async function borrowBrowser(): Promise<Browser> {
  const browser = await shared.borrow();
  if (browser.isConnected()) return browser;
  await shared.end();
  return await shared.borrow();
}

/** What goes wrong in a page is collected in `problems`. */
interface Opened {
  readonly page: Page;
  readonly problems: readonly string[];
}

const newContext = (browser: Browser): Promise<BrowserContext> =>
  browser.newContext({ permissions: ["camera", "microphone"] });

/** A page in a context of its own: nothing but the network is shared with other pages. */
export async function openPage(browser: Browser, url: string): Promise<Opened> {
  return await openIn(await newContext(browser), url);
}

/**
 * A page beside those that are open: it costs half as much, and shares storage and broadcast channels with them if it is
 * of the same origin.
 */
export async function openTab(browser: Browser, url: string): Promise<Opened> {
  return await openIn(browser.contexts()[0] ?? (await newContext(browser)), url);
}

async function openIn(context: BrowserContext, url: string): Promise<Opened> {
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  await page.goto(url);
  return { page, problems };
}

/** Ends all pages: those that are left would go on encoding pictures, and make what comes after them slow. */
export async function closePages(browser: Browser): Promise<void> {
  await Promise.all(browser.contexts().map((context) => context.close()));
}

/** Runs in the page: keeps what it makes connections with, as `configurations`. */
export const noteConfigurations = `
  window.configurations = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration) {
      super(configuration);
      configurations.push(configuration);
    }
  };
  undefined;
`;

/** Resolves once a video has played for a fifth of a second. Runs in the page. */
export async function untilItPlays(video: { readonly currentTime: number }): Promise<void> {
  while (video.currentTime < 0.2) await new Promise((resolve) => setTimeout(resolve, 20));
}
