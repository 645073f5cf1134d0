// Serves a page with real clients, as an application's bundler would make it.

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

/** A script that comes before the page's own: what libraries that were written for Node take for granted. */
export const nodeShim =
  "globalThis.process = { browser: true, env: {}, " +
  "nextTick: (run, ...given) => queueMicrotask(() => run(...given)) };";

/**
 * A module and all that it imports as one script for a page.
 * @param code of the module, if there is no such file
 */
export async function bundle(entry: string, code?: string): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [entry],
    ...(code === undefined ? {} : { files: { [entry]: code } }),
    target: "browser",
    format: "esm",
    define: { global: "globalThis" },
    plugins: [nothingOfNode],
  });
  return await outputs[0]!.text();
}

/** @param script of `test/support` */
export async function serveBundledPage(script: string): Promise<Bun.Server<undefined>> {
  const bundled = await bundle(`${root}/test/support/${script}`);
  const body =
    '<!doctype html><link rel="icon" href="data:,">' +
    `<script>${nodeShim}</script><script type="module" src="/page.js"></script>`;
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    routes: {
      "/": new Response(body, { headers: { "Content-Type": "text/html" } }),
      "/page.js": new Response(bundled, { headers: { "Content-Type": "text/javascript" } }),
    },
  });
}
