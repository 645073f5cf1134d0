// What a browser shows where nothing is served. Others get one line of text, from the server.

import { html } from "./html.ts";
import { htmlType, Page, securityHeaders } from "./page.ts";
import { shell } from "./shell.ts";

const content = () => html`<main>
      <h1>Nothing is served here</h1>
      <p>The address is not right, or what was here has moved.</p>
      <p><a href="/">The start page</a> lists all that this server has; <a href="/docs">the documents</a> have a search.</p>
    </main>`;

const page = new Page(htmlType, () =>
  shell({ path: "", title: "Not found · signalbox", look: "home", content: content() }),
);

/** @returns `undefined` if the request does not ask for HTML, as programs do not */
export function notFoundPage(request: Request): Response | undefined {
  if (request.headers.get("Accept")?.includes("text/html") !== true) return undefined;
  const headers = { ...securityHeaders, "Content-Type": page.contentType };
  return new Response(request.method === "HEAD" ? null : page.body, { status: 404, headers });
}
