// What is answered where nothing is served: a page for browsers, a line for programs.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { ServerProcess } from "../../support/server-process.ts";

let server: Awaited<ReturnType<typeof ServerProcess.start>>;

beforeAll(async () => {
  server = await ServerProcess.start();
});

afterAll(() => server[Symbol.asyncDispose]());

const asked = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  fetch(new URL(path, server.url), { headers, method });

/** As Firefox and Chromium ask for a page. */
const browser = { Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };

test("a browser gets a page that leads back, under the policy of all pages", async () => {
  const response = await asked("/nothing", browser);
  expect(response.status).toBe(404);
  expect(response.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
  expect(response.headers.get("Cache-Control")).toBe("no-store");
  expect(response.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
  const text = await response.text();
  const links = Array.from(text.matchAll(/<a href="([^"]+)"/g), ([, link = ""]) => link);
  expect(links).toEqual(expect.arrayContaining(["/", "/docs"]));
  for (const link of new Set(links)) expect((await asked(link, browser)).status).toBe(200);
});

test("it names nothing of the address", async () => {
  const text = await (await asked("/%3Cscript%3Ealert(1)", browser)).text();
  expect(text).not.toContain("alert");
});

test("HEAD has no body", async () => {
  const response = await asked("/nothing", browser, "HEAD");
  expect([response.status, await response.text()]).toEqual([404, ""]);
});

test("programs get a line", async () => {
  const response = await asked("/nothing", { Accept: "*/*" });
  expect([response.status, await response.text()]).toEqual([
    404,
    "not found; / lists what is served here\n",
  ]);
});
