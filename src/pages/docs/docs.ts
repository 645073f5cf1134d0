// The documents that the binary carries: a page for each, with a list of all and a search.

import { Html, html } from "../html.ts";
import { shell } from "../shell.ts";
import type { Document } from "./documents.ts";

/** One place that the search finds: an address, the titles that lead to it, and its text. */
type Entry = readonly [address: string, title: string, text: string];

/** Renders the page of a document. @param all in the order in which they are listed */
export function documentPage(document: Document, all: readonly Document[]): string {
  const groups = [...new Set(all.map(({ group }) => group))];
  return shell({
    path: document.path,
    title: `${document.title}, signalbox`,
    script: "/docs.js",
    look: "docs",
    content: html`<div class="shelf">
      <nav class="contents" aria-label="Documents">
        <label class="search" hidden>Search the documents
          <input type="search" autocomplete="off" spellcheck="false" data-search>
        </label>
        <ol class="found" data-found hidden></ol>
        <details data-list open>
          <summary>All documents</summary>
          ${groups.map((group) => listOf(group, document, all))}
        </details>
      </nav>
      <main class="document">
        ${new Html(document.html)}
      </main>
    </div>`,
  });
}

function listOf(group: string, shown: Document, all: readonly Document[]): Html {
  const items = all.filter((each) => each.group === group);
  return html`${group === "" ? "" : html`<h2>${group}</h2>`}
          <ul>${items.map(
            ({ path, title }) =>
              html`<li><a href="${path}"${path === shown.path ? html` aria-current="page"` : ""}>${title}</a></li>`,
          )}</ul>
          `;
}

/** What the search looks through, as JSON. */
export function searchIndex(all: readonly Document[]): string {
  const entries = all.flatMap(({ path, title, sections }) =>
    sections.map((section): Entry => {
      const address = section.anchor === "" ? path : `${path}#${section.anchor}`;
      const isOwn = section.title === "" || section.title === title;
      return [address, isOwn ? title : `${title}: ${section.title}`, section.text];
    }),
  );
  return JSON.stringify(entries);
}
