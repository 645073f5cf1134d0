// What all pages have in common: the head, and the bar on top with links to the others.

import { type Html, html } from "./html.ts";

export interface Shell {
  /** The page's own path. */
  readonly path: string;
  readonly title: string;
  /** Path of its script, if it has one. */
  readonly script?: string;
  /** Classes of its body, for the style sheet. */
  readonly look: string;
  /** What stands below the bar. */
  readonly content: Html | readonly Html[];
}

const links = [
  ["/demo", "Calls"],
  ["/demo/stream", "Stream"],
  ["/demo/room", "Rooms"],
  ["/docs", "Docs"],
] as const;

/** Renders a whole page. */
export function shell({ path, title, script, look, content }: Shell): string {
  const others = links.filter(([to]) => to !== path);
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="description" content="A WebRTC signaling server.">
    <title>${title}</title>
    <link rel="icon" href="/favicon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/style.css">
    ${script === undefined ? "" : html`<script src="${script}" type="module"></script>`}
  </head>
  <body class="${look}">
    <header class="masthead">
      <a class="brand" href="/" title="Start page"><img src="/favicon.svg" alt="" width="28" height="28">signalbox</a>
      <nav>${others.map(([to, name]) => html`<a href="${to}">${name}</a> `)}</nav>
    </header>
    ${content}
  </body>
</html>
`.toString();
}
