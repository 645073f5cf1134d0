// The home page: what this server is, and how each kind of client connects to it.
// It is rendered once, at start, and never sees a request. Addresses are therefore those of a
// server on this machine, each in a `data-origin` element that copy.js corrects in the browser.

import type { Guide } from "../../protocols/protocol.ts";
import { type Html, html } from "../html.ts";
import { shell } from "../shell.ts";

const localOrigins: Readonly<Record<string, string>> = {
  ws: "ws://localhost:8081",
  http: "http://localhost:8081",
};

/** Renders the page. `{ws}` and `{http}` in a guide's code stand for this server's address. */
export function homePage(guides: readonly Guide[], version: string): string {
  return shell({
    path: "/",
    title: "signalbox",
    script: "/home.js",
    look: "home",
    content: html`<main>
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
          or see <a href="/demo/stream">one broadcast to many</a> and
          <a href="/demo/room">rooms with tokens</a>.
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
    </footer>`,
  });
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
