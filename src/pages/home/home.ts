// The home page: what this server is, and how each kind of client connects to it.
// It is rendered once, at start, and never sees a request. Addresses are therefore those of a
// server on this machine, each in a `data-origin` element that home.js corrects in the browser.

import type { Guide } from "../../protocols/protocol.ts";
import { text } from "../bundle.ts" with { type: "macro" };
import { Html, html } from "../html.ts";
import { shell } from "../shell.ts";

const localOrigins: Readonly<Record<string, string>> = {
  ws: "ws://localhost:8081",
  http: "http://localhost:8081",
};

const picture = new Html(text("home/picture.svg"));

/** What somebody who chooses a server wants to know, with where it is written down. */
const promises = [
  [
    "Nothing is lost in silence",
    "Each client has a bounded queue. Who sends to one that does not read is told so, and nobody else waits.",
    "/docs/operating",
  ],
  [
    "Limits from the start",
    "What connections, addresses and topics may take is bounded by default, and so is memory.",
    "/docs/security",
  ],
  [
    "It grows over Redis",
    "Several nodes are one server. A client may connect to any of them, and finds everybody.",
    "/docs/clustering",
  ],
  [
    "Tokens for every protocol",
    "JSON Web Tokens of your own say who may enter which room or topic, and until when.",
    "/docs/authentication",
  ],
] as const;

/** What is shown of the server as it is now: names in `/start.json`, and `rate`. */
const figures = [
  ["connections", "Connections"],
  ["topics", "Topics"],
  ["rate", "Frames per second"],
  ["nodes", "Nodes"],
] as const;

/** Renders the page. `{ws}` and `{http}` in a guide's code stand for this server's address. */
export function homePage(guides: readonly Guide[], version: string): string {
  return shell({
    path: "/",
    title: "signalbox: WebRTC signaling for the clients that you have",
    script: "/home.js",
    look: "home",
    content: html`<main>
      <section class="intro">
        <div>
          <h1>WebRTC signaling for the clients that you have</h1>
          <p>
            This server introduces browsers, apps and devices to each other, whatever protocol they speak.
            From then on sound, pictures and data go straight between them.
          </p>
          <p class="ways">
            <a class="button" href="/demo">Start a call</a>
            <a href="/demo/stream">One broadcast to many</a>
            <a href="/demo/room">Rooms with tokens</a>
          </p>
        </div>
        ${picture}
      </section>
      <section class="card setup" aria-labelledby="setup" data-setup hidden>
        <h2 id="setup">Before others use this server</h2>
        <ul data-notices></ul>
        <p>Only this machine is shown this. <a href="/docs/authentication">Tokens</a> ·
          <a href="/docs/configuration">All settings</a></p>
      </section>
      <section class="now" aria-labelledby="now" data-now hidden>
        <h2 id="now">This server now</h2>
        <dl>
          ${figures.map(
            ([name, title]) => html`<div><dt>${title}</dt><dd data-figure="${name}">–</dd></div>
          `,
          )}
        </dl>
        <svg class="pulse" viewBox="0 0 60 20" preserveAspectRatio="none" role="img"
          aria-label="Frames per second in the last two minutes"><path d="M0 19.5H60"/><polyline points="" data-pulse/></svg>
        <p data-shown-to></p>
      </section>
      <section aria-labelledby="endpoints">
        <h2 id="endpoints">Pick your client</h2>
        <div class="picker" data-picker hidden>
          <label>Search
            <input type="search" autocomplete="off" spellcheck="false" placeholder="PeerJS, /signal, encrypted" data-filter>
          </label>
          <div class="tabs" role="tablist" aria-labelledby="endpoints"></div>
          <p class="notice" role="status" data-none></p>
        </div>
        ${guides.map(guideCard)}
      </section>
      <section class="promises" aria-label="What you can rely on">
        ${promises.map(
          ([title, about, path]) => html`<article>
          <h3><a href="${path}">${title}</a></h3>
          <p>${about}</p>
        </article>
        `,
        )}
      </section>
    </main>
    <footer class="footer">
      <span>signalbox ${version}</span>
      <span>
        <a href="/docs">Documents</a> <a href="/docs/client">Client library</a> <a href="/docs/changelog">Changes</a>
        <a href="/healthz">Health</a>
      </span>
    </footer>`,
  });
}

function guideCard({ title, path, about, snippets }: Guide): Html {
  return html`<article class="card guide" data-guide>
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
