// The web pages that the binary carries, and the answer that serves one.
// Everything a page needs comes from this server, so its security policy allows nothing else.

import type { GetRoute, Guide } from "../protocols/protocol.ts";
import { bundle, text } from "./bundle.ts" with { type: "macro" };
import { documentPage, searchIndex } from "./docs/docs.ts";
import { documents, drawings } from "./docs/documents.ts" with { type: "macro" };
import { homePage } from "./home/home.ts";
import { Html, html } from "./html.ts";
import { shell } from "./shell.ts";

/** One resource, kept in memory for as long as the server runs. */
interface Page {
  readonly contentType: string;
  readonly body: string;
  /** A strong entity tag, quotes included: it changes with the body. */
  readonly etag: string;
}

const htmlType = "text/html; charset=utf-8";
const css = "text/css; charset=utf-8";
const typescript = "text/plain; charset=utf-8";
const javascript = "text/javascript; charset=utf-8";
const json = "application/json";
const svg = "image/svg+xml";

const securityHeaders = {
  // 'self' covers WebSockets to this server. Video elements play streams, which are no fetches.
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join("; "),
  "Permissions-Policy": "camera=(self), microphone=(self)",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/** One style sheet for all pages: it is fetched once. */
const sheets = [
  text("style.css"),
  text("home/home.css"),
  text("docs/docs.css"),
  text("demo/demo.css"),
  text("demo/stream/stream.css"),
  text("demo/room/room.css"),
];

/** Pieces that several demos have. */
const gathering = new Html(text("demo/gathering.html"));
const events = new Html(text("demo/events.html"));

const callsDemo = shell({
  path: "/demo",
  title: "signalbox demo",
  script: "/demo.js",
  look: "demo",
  content: main(new Html(text("demo/demo.html")), gathering, events),
});

const streamDemo = shell({
  path: "/demo/stream",
  title: "signalbox stream demo",
  script: "/demo/stream.js",
  look: "demo stream",
  content: main(new Html(text("demo/stream/stream.html")), events),
});

const roomDemo = shell({
  path: "/demo/room",
  title: "signalbox room demo",
  script: "/demo/room.js",
  look: "demo room",
  content: main(new Html(text("demo/room/room.html")), gathering, events),
});

const allDocuments = documents();

const clientTypes = `${text("../client/api.ts")}\nexport declare const join: Join;\n`;

/** The routes of all pages. `guides` and `version` are shown on the home page. */
export const pageRoutes = (guides: readonly Guide[], version: string): readonly GetRoute[] =>
  pages(guides, version).map(([path, page]) => ({
    path,
    access: "public",
    get: (_visit, request) => pageResponse(page, request),
  }));

/** Every page of the server by its path. */
function pages(
  guides: readonly Guide[],
  version: string,
): readonly (readonly [GetRoute["path"], Page])[] {
  return [
    ["/", page(htmlType, homePage(guides, version))],
    ["/home.js", page(javascript, bundle("home/home.js"))],
    ["/demo", page(htmlType, callsDemo)],
    ["/demo.js", page(javascript, bundle("demo/demo.ts"))],
    ["/demo/stream", page(htmlType, streamDemo)],
    ["/demo/stream.js", page(javascript, bundle("demo/stream/stream.ts"))],
    ["/demo/room", page(htmlType, roomDemo)],
    ["/demo/room.js", page(javascript, bundle("demo/room/room.ts"))],
    ...allDocuments.map(
      (each) => [each.path, page(htmlType, documentPage(each, allDocuments))] as const,
    ),
    ...drawings().map(([path, body]) => [path, page(svg, body)] as const),
    ["/client.js", page(javascript, bundle("../client/client.ts"))],
    ["/client.d.ts", page(typescript, clientTypes)],
    ["/docs.js", page(javascript, bundle("docs/search.js"))],
    ["/docs/search.json", page(json, searchIndex(allDocuments))],
    ["/style.css", page(css, sheets.join(""))],
    ["/favicon.svg", page(svg, text("favicon.svg"))],
  ];
}

/**
 * The answer to a GET or HEAD request for `page`: 304 if the client has it already, else 200.
 * Browsers keep pages but ask each time, so a new release of the server shows at once.
 */
function pageResponse(page: Page, request: Request): Response {
  const headers = new Headers({
    ...securityHeaders,
    "Cache-Control": "no-cache",
    "Content-Type": page.contentType,
    ETag: page.etag,
  });
  if (isCached(page, request)) return new Response(null, { status: 304, headers });
  if (request.method === "HEAD") {
    headers.set("Content-Length", String(Buffer.byteLength(page.body)));
    return new Response(null, { headers });
  }
  return new Response(page.body, { headers });
}

function main(...pieces: readonly Html[]): Html {
  return html`<main>
${pieces}
    </main>`;
}

function page(contentType: string, body: string): Page {
  const hash = new Bun.CryptoHasher("sha256").update(body).digest("base64url");
  return { contentType, body, etag: `"${hash}"` };
}

/** If-None-Match compares weakly (RFC 9110, 13.1.2): proxies that compress weaken the tag. */
function isCached({ etag }: Page, request: Request): boolean {
  const candidates = request.headers.get("If-None-Match")?.split(",") ?? [];
  return candidates
    .map((candidate) => candidate.trim().replace(/^W\//, ""))
    .some((candidate) => candidate === etag || candidate === "*");
}
