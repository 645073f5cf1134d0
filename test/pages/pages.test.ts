import { describe, expect, test } from "bun:test";
import { pageRoutes } from "../../src/pages/pages.ts";
import type { Guide } from "../../src/protocols/protocol.ts";

const guide: Guide = {
  title: "Topic <protocol>",
  path: "/ws/{topic}",
  about: 'Peers & "topics"',
  snippets: [
    { client: "Browser", language: "js", code: 'connect("{ws}/ws/a"); fetch(`{http}`) // <b>' },
  ],
};
const routes = pageRoutes([guide], "1.2.3<4>");

interface Page {
  readonly contentType: string | null;
  readonly body: string;
  readonly etag: string | null;
}

/** Every page by its path, as it is answered. */
const all = new Map<string, Page>();
for (const { path } of routes) {
  const response = await answer(path);
  const { headers } = response;
  const [contentType, etag] = [headers.get("Content-Type"), headers.get("ETag")];
  all.set(path, { contentType, etag, body: await response.text() });
}

function page(path: string): Page {
  const found = all.get(path);
  if (!found) throw new Error(`no page at ${path}`);
  return found;
}

async function answer(path: string, init: RequestInit = {}): Promise<Response> {
  const route = routes.find((each) => each.path === path);
  if (!route) throw new Error(`no page at ${path}`);
  const url = new URL(path, "http://localhost");
  return await route.get({ url, params: {} }, new Request(url.href, init));
}

const isDocument = (path: string): boolean => /^\/docs(?:$|\/[^.]*$)/.test(path);
const documents = [...all.keys()].filter(isDocument);

test("every page has its path and its type", () => {
  expect(all.size).toBe(routes.length);
  const isForPrograms = (path: string): boolean => path.endsWith(".asyncapi.json");
  expect([...all.keys()].filter(isForPrograms)).toContain("/docs/protocols/topics.asyncapi.json");
  const isChart = (path: string): boolean => /^\/docs\/comparison\/[a-z-]+\.svg$/.test(path);
  expect([...all].find(([path]) => path === "/docs/comparison/relay.svg")?.[1].contentType).toBe(
    "image/svg+xml",
  );
  const others = [...all].filter(
    ([path]) => !isDocument(path) && !isForPrograms(path) && !isChart(path),
  );
  expect(others.map(([path, { contentType }]) => [path, contentType])).toEqual([
    ["/", "text/html; charset=utf-8"],
    ["/home.js", "text/javascript; charset=utf-8"],
    ["/demo", "text/html; charset=utf-8"],
    ["/demo.js", "text/javascript; charset=utf-8"],
    ["/demo/stream", "text/html; charset=utf-8"],
    ["/demo/stream.js", "text/javascript; charset=utf-8"],
    ["/demo/room", "text/html; charset=utf-8"],
    ["/demo/room.js", "text/javascript; charset=utf-8"],
    ["/client.js", "text/javascript; charset=utf-8"],
    ["/client.d.ts", "text/plain; charset=utf-8"],
    ["/docs.js", "text/javascript; charset=utf-8"],
    ["/docs/search.json", "application/json"],
    ["/style.css", "text/css; charset=utf-8"],
    ["/favicon.svg", "image/svg+xml"],
  ]);
});

test.each([...all].filter(([path]) => !path.startsWith("/docs")))(
  "%s names no address but this machine's and the SVG namespace",
  (_path, page) => {
    const addresses = page.body.match(/(?:https?|wss?):\/\/[\w.:-]+/g) ?? [];
    const own = ["ws://localhost:8081", "http://localhost:8081", "http://www.w3.org"];
    expect(addresses.filter((address) => !own.includes(address))).toEqual([]);
  },
);

describe("the documents", () => {
  test("are all there, and the first of them is README", () => {
    expect(documents).toContain("/docs/configuration");
    expect(documents).toContain("/docs/protocols/topics");
    expect(page("/docs").body).toContain('<h2 id="run-it">');
  });

  test.each(documents)("%s loads nothing from elsewhere, and lists all others", (path) => {
    const { body } = page(path);
    expect(body.match(/<(?:script|img|link|iframe)[^>]*(?:src|href)="(?!\/)/g)).toBe(null);
    expect(documents.filter((other) => !body.includes(`<a href="${other}"`))).toEqual([]);
  });

  test("can be searched by section", () => {
    const entries = JSON.parse(page("/docs/search.json").body) as readonly (readonly string[])[];
    const [, title, text] = entries.find(([address]) => address === "/docs#run-it") ?? [];
    expect([title, text]).toEqual(["signalbox: Run it", expect.stringContaining("make run")]);
    expect(entries.filter(([address = ""]) => !all.has(address.replace(/#.*/, "")))).toEqual([]);
  });
});

describe.each(["/", "/demo", "/demo/stream", "/demo/room", "/docs"])("%s", (path) => {
  const { body } = page(path);

  test("has no inline script, style or handler", () => {
    expect(body).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect(body).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/i);
  });

  test("refers only to pages that exist", () => {
    const links = [...body.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, link]) => link ?? "");
    const inside = links.filter((link) => !/^(?:https?:|#)/.test(link));
    const own = inside.map((link) => link.replace(/#.*/, ""));
    expect(own.filter((link) => !all.has(link) && link !== "/healthz")).toEqual([]);
  });
});

test("the demo keeps the names that tests find things by", () => {
  const names = ["topic", "name", "join", "self-id", "chat-input", "chat-send", "chat-log"];
  for (const name of [...names, "event-log", "share-camera", "peer"]) {
    expect(page("/demo.js").body).toMatch(new RegExp(`["']${name}["']`));
  }
});

describe("the home page", () => {
  const { body } = page("/");

  test("escapes what guides and version say", () => {
    expect(body).toContain("<h3>Topic &lt;protocol&gt;</h3>");
    expect(body).toContain("<p>Peers &amp; &quot;topics&quot;</p>");
    expect(body).toContain("signalbox 1.2.3&lt;4&gt;");
    expect(body).toContain("// &lt;b&gt;");
  });

  test("shows local addresses, marked for the browser to correct", () => {
    expect(body).toContain('<span data-origin="ws">ws://localhost:8081</span>/ws/a');
    expect(body).toContain('`<span data-origin="http">http://localhost:8081</span>`');
  });

  test("shows a path as it is, braces and all", () => {
    expect(body).toContain("<code>/ws/{topic}</code>");
  });
});

describe("an answer", () => {
  test("allows nothing that does not come from this server", async () => {
    const response = await answer("/demo");
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(page("/demo").body);
    expect(response.headers.toJSON()).toEqual({
      "cache-control": "no-cache",
      "content-security-policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
        "require-trusted-types-for 'script'",
      "content-type": "text/html; charset=utf-8",
      etag: expect.any(String),
      "permissions-policy": "camera=(self), microphone=(self), display-capture=(self)",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    });
  });

  test("carries a strong entity tag that is the body's own", () => {
    const tags = [...all.values()].map(({ etag }) => etag);
    expect(new Set(tags).size).toBe(all.size);
    for (const tag of tags) expect(tag).toMatch(/^"[\w-]{43}"$/);
    const ofBodies = [...all.values()].map(({ body }) => {
      const hash = new Bun.CryptoHasher("sha256").update(body).digest("base64url");
      return `"${hash}"`;
    });
    expect(tags).toEqual(ofBodies);
  });

  test("is 304 and empty if the client has the page", async () => {
    const { etag } = page("/style.css");
    for (const known of [`${etag}`, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const response = await answer("/style.css", { headers: { "If-None-Match": known } });
      expect([response.status, await response.text()]).toEqual([304, ""]);
      expect(response.headers.get("ETag")).toBe(etag);
    }
  });

  test("is complete if the client has another version", async () => {
    const response = await answer("/style.css", { headers: { "If-None-Match": '"other"' } });
    expect([response.status, await response.text()]).toEqual([200, page("/style.css").body]);
  });

  test("to HEAD has the headers and no body", async () => {
    const response = await answer("/demo.js", { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([200, ""]);
    expect(response.headers.get("ETag")).toBe(page("/demo.js").etag);
    expect(response.headers.get("Content-Length")).toBe(
      String(Buffer.byteLength(page("/demo.js").body)),
    );
  });
});
