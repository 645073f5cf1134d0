// Serves the page with the real clients of trackers, as an application's bundler would make it.

import type { BunPlugin } from "bun";
import { root } from "./paths.ts";

/** What bittorrent-tracker has for Node alone. Bun 1.4.4 leaves a name without a value where that is left out. */
const nothingOfNode: BunPlugin = {
  name: "nothing of Node",
  setup(build) {
    build.onResolve({ filter: /\/common-node\.js$/ }, () => ({
      path: "nothing",
      namespace: "nothing",
    }));
    build.onLoad({ filter: /./, namespace: "nothing" }, () => ({
      contents: "export const nothing = undefined;",
      loader: "js",
    }));
  },
};

/** What libraries that were written for Node take for granted. */
const shim =
  "var process = { browser: true, env: {}, " +
  "nextTick: (run, ...given) => queueMicrotask(() => run(...given)) };";

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
      "/": html(`<script>${shim}</script><script type="module" src="/page.js"></script>`),
      "/page.js": new Response(script, { headers: { "Content-Type": "text/javascript" } }),
    },
  });
}
