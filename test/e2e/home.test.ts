// The start page and the documents in a real browser.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { protocols } from "../../src/protocols/protocols.ts";
import { borrowBrowser, chromiumPath, closePages } from "../support/browser.ts";
import { describeWith } from "../support/missing.ts";
import { ServerProcess } from "../support/server-process.ts";

describeWith(chromiumPath, "Chromium")("a visitor", () => {
  let server: Awaited<ReturnType<typeof ServerProcess.start>>;
  let browser: Browser;
  const problems: string[] = [];

  beforeAll(async () => {
    server = await ServerProcess.start();
    browser = await borrowBrowser();
  }, 30_000);

  afterAll(async () => {
    await closePages(browser);
    await server[Symbol.asyncDispose]();
    expect(problems).toEqual([]);
  });

  async function visit(path: string): Promise<Page> {
    const page = await browser.newPage();
    page.on("console", (message) => problems.push(message.text()));
    page.on("pageerror", ({ message }) => problems.push(message));
    page.on("request", (request) => {
      if (new URL(request.url()).host !== server.url.host) problems.push(request.url());
    });
    await page.goto(new URL(path, server.url).href);
    return page;
  }

  const titles = protocols.map(({ guide }) => guide.title);
  const shown = (page: Page) => page.locator("[data-guide]:visible h3").allTextContents();

  test("sees one guide, picks another, and comes back to it by its address", async () => {
    const page = await visit("/");
    expect(await page.getByRole("tab").allTextContents()).toEqual(titles);
    expect(await shown(page)).toEqual([titles[0]!]);
    await page.getByRole("tab", { name: "PeerJS" }).click();
    expect(await shown(page)).toEqual(["PeerJS"]);
    const again = await visit(`/${new URL(page.url()).hash}`);
    expect(await shown(again)).toEqual(["PeerJS"]);
    expect(await again.locator("[data-guide]:visible code").first().textContent()).toContain(
      "/peerjs",
    );
    await Promise.all([page.close(), again.close()]);
  });

  test("finds a client by what its guide says, and reads that there is none", async () => {
    const page = await visit("/");
    const field = page.getByRole("searchbox");
    await field.fill("webrtcsink");
    expect(await shown(page)).toEqual(["GStreamer"]);
    await field.fill("no such client");
    expect(await shown(page)).toEqual([]);
    expect(await page.getByRole("status").textContent()).toBe("No client here has that.");
    await field.fill("");
    expect(await shown(page)).toEqual([titles[0]!]);
    await page.close();
  });

  test("of this machine sees what the server does now, and what is not set up", async () => {
    const page = await visit("/");
    const notices = page.locator("[data-notices] li");
    await notices.first().waitFor();
    expect(await notices.locator("code").allTextContents()).toContain("AUTH=required");
    // Two answers make a rate.
    await page.locator("[data-figure=rate]").filter({ hasText: /^\d/ }).waitFor();
    expect(await page.locator("[data-figure=nodes]").textContent()).toBe("1");
    expect(await page.locator("[data-shown-to]").textContent()).toContain("Only this machine");
    await page.close();
  });

  test("finds a section of the documents, and goes there", async () => {
    const page = await visit("/docs");
    await page.getByRole("searchbox").fill("turnserver.conf");
    await page.locator("[data-found] a").first().waitFor();
    await page.getByRole("searchbox").press("Enter");
    await page.waitForURL(/\/docs\/ice#/);
    expect(await page.locator("h1").textContent()).toBe("STUN and TURN");
    await page.close();
  });
});
