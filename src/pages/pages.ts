// The web pages of the public port, which the binary carries.

import type { GetRoute, Guide } from "../protocols/protocol.ts";
import { bundle, text } from "./bundle.ts" with { type: "macro" };
import { documentPage, searchIndex } from "./docs/docs.ts";
import { documents, drawings } from "./docs/documents.ts" with { type: "macro" };
import { homePage } from "./home/home.ts";
import { Html, html } from "./html.ts";
import { css, htmlType, javascript, json, Page, pageResponse, svg, typescript } from "./page.ts";
import { shell } from "./shell.ts";

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

const callsDemo = () =>
  shell({
    path: "/demo",
    title: "signalbox demo",
    script: "/demo.js",
    look: "demo",
    content: main(new Html(text("demo/demo.html")), gathering, events),
  });

const streamDemo = () =>
  shell({
    path: "/demo/stream",
    title: "signalbox stream demo",
    script: "/demo/stream.js",
    look: "demo stream",
    content: main(new Html(text("demo/stream/stream.html")), events),
  });

const roomDemo = () =>
  shell({
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
    ["/", new Page(htmlType, () => homePage(guides, version))],
    ["/home.js", new Page(javascript, () => bundle("home/home.js"))],
    ["/demo", new Page(htmlType, callsDemo)],
    ["/demo.js", new Page(javascript, () => bundle("demo/demo.ts"))],
    ["/demo/stream", new Page(htmlType, streamDemo)],
    ["/demo/stream.js", new Page(javascript, () => bundle("demo/stream/stream.ts"))],
    ["/demo/room", new Page(htmlType, roomDemo)],
    ["/demo/room.js", new Page(javascript, () => bundle("demo/room/room.ts"))],
    ...allDocuments.map(
      (each) => [each.path, new Page(htmlType, () => documentPage(each, allDocuments))] as const,
    ),
    ...drawings().map(([path, body]) => [path, new Page(svg, () => body)] as const),
    ["/client.js", new Page(javascript, () => bundle("../client/client.ts"))],
    ["/client.d.ts", new Page(typescript, () => clientTypes)],
    ["/docs.js", new Page(javascript, () => bundle("docs/search.js"))],
    ["/docs/search.json", new Page(json, () => searchIndex(allDocuments))],
    ["/style.css", new Page(css, () => sheets.join(""))],
    ["/favicon.svg", new Page(svg, () => text("favicon.svg"))],
  ];
}

function main(...pieces: readonly Html[]): Html {
  return html`<main>
${pieces}
    </main>`;
}
