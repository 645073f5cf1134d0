// The home page: what this server is, and how each kind of client connects to it.
// It is rendered once, at start, and never sees a request. Addresses are therefore those of a
// server on this machine, each in a `data-origin` element that copy.js corrects in the browser.

import type { Guide } from "../../protocols/protocol.ts";
import { type Html, html } from "./html.ts";

const localOrigins: Readonly<Record<string, string>> = {
  ws: "ws://localhost:8081",
  http: "http://localhost:8081",
};

/** Renders the page. `{ws}` and `{http}` in a guide's code stand for this server's address. */
export function homePage(guides: readonly Guide[], version: string): string {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="description" content="A WebRTC signaling server.">
    <title>signalbox</title>
    <link rel="icon" href="/favicon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/style.css">
    <script src="/home.js" type="module"></script>
  </head>
  <body class="home">
    <header class="masthead">
      <a class="brand" href="/"><img src="/favicon.svg" alt="" width="28" height="28">signalbox</a>
      <nav><a href="/demo">Demo</a> <a href="/demo/stream">Stream</a></nav>
    </header>
    <main>
      <section class="intro">
        <h1>WebRTC signaling, running here</h1>
        <p>
          This server introduces browsers, apps and devices to each other. It passes their offers,
          answers and network candidates along until they are connected; from then on sound,
          pictures and data go straight between them.
        </p>
        <p>Clients of different protocols share its one port. Pick yours below, or try it first.</p>
        <p>
          <a class="button" href="/demo">Open the demo</a>
          or see <a href="/demo/stream">one broadcast to many</a>.
        </p>
      </section>
      <section aria-labelledby="endpoints">
        <h2 id="endpoints">Endpoints</h2>
        ${guides.map(guideCard)}
      </section>
    </main>
    <footer class="footer">
      <span>signalbox ${version}</span>
      <a href="/healthz">Health</a>
    </footer>
  </body>
</html>
`.toString();
}

function guideCard({ title, path, about, snippets }: Guide): Html {
  return html`<article class="card guide">
          <h3>${title}</h3>
          <p class="path"><code>${path}</code></p>
          <p>${about}</p>
          ${snippets.map(
            ({ client, language, code }) => html`<figure class="snippet">
            <figcaption>
              <span>${client}</span>
              <button type="button" data-copy hidden>Copy</button>
            </figcaption>
            <pre tabindex="0"><code class="language-${language}">${withOrigins(code)}</code></pre>
          </figure>
          `,
          )}
        </article>
        `;
}

/** Splits code at its `{ws}` and `{http}`; split by a capturing pattern, every odd part is one. */
function withOrigins(code: string): readonly Html[] {
  return code.split(/\{(ws|http)\}/).map((part, index) => {
    const origin = index % 2 === 1 ? localOrigins[part] : undefined;
    return origin === undefined
      ? html`${part}`
      : html`<span data-origin="${part}">${origin}</span>`;
  });
}
