// The web pages of the public port, which the binary carries.

import type { GetRoute, Guide } from "../protocols/protocol.ts";
import { bundle, text } from "./bundle.ts" with { type: "macro" };
import { documentPage, searchIndex } from "./docs/docs.ts";
import { documents, drawings, programDescriptions } from "./docs/documents.ts" with {
  type: "macro",
};
import { homePage } from "./home/home.ts";
import { html } from "./html.ts";
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

/** A page that its script draws. */
const demo = (path: `/${string}`, title: string, look: string) => () =>
  shell({
    path,
    title,
    script: `${path}.js`,
    look,
    content: html`<main>
      <noscript><p class="notice">This page needs JavaScript.</p></noscript>
    </main>`,
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
    ["/demo", new Page(htmlType, demo("/demo", "signalbox demo", "demo"))],
    ["/demo.js", new Page(javascript, () => bundle("demo/demo.tsx"))],
    [
      "/demo/stream",
      new Page(htmlType, demo("/demo/stream", "signalbox stream demo", "demo stream")),
    ],
    ["/demo/stream.js", new Page(javascript, () => bundle("demo/stream/stream.tsx"))],
    ["/demo/room", new Page(htmlType, demo("/demo/room", "signalbox room demo", "demo room"))],
    ["/demo/room.js", new Page(javascript, () => bundle("demo/room/room.tsx"))],
    ...allDocuments.map(
      (each) => [each.path, new Page(htmlType, () => documentPage(each, allDocuments))] as const,
    ),
    ...drawings().map(([path, body]) => [path, new Page(svg, () => body)] as const),
    ...programDescriptions().map(([path, body]) => [path, new Page(json, () => body)] as const),
    ["/client.js", new Page(javascript, () => bundle("../client/client.ts"))],
    ["/client.d.ts", new Page(typescript, () => clientTypes)],
    ["/docs.js", new Page(javascript, () => bundle("docs/search.js"))],
    ["/docs/search.json", new Page(json, () => searchIndex(allDocuments))],
    ["/style.css", new Page(css, () => sheets.join(""))],
    ["/favicon.svg", new Page(svg, () => text("favicon.svg"))],
  ];
}
