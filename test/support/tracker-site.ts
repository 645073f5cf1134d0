// Serves the page with the real clients of trackers, as an application's bundler would make it.

import { nodeShim, nothingOfNode } from "./node-in-a-page.ts";
import { root } from "./paths.ts";

const html = (body: string): Response =>
  new Response(`<!doctype html><link rel="icon" href="data:,">${body}`, {
    headers: { "Content-Type": "text/html" },
  });

export async function serveTrackerPage(): Promise<Bun.Server<undefined>> {
  const built = await Bun.build({
    entrypoints: [`${root}/test/support/tracker-page.js`],
    target: "browser",
    define: { global: "globalThis" },
    plugins: [nothingOfNode],
  });
  const script = await built.outputs[0]!.text();
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    routes: {
      "/": html(`<script>${nodeShim}</script><script type="module" src="/page.js"></script>`),
      "/page.js": new Response(script, { headers: { "Content-Type": "text/javascript" } }),
    },
  });
}
