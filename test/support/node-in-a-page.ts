// What a bundler gives to libraries that were written for Node and run in a page.

import type { BunPlugin } from "bun";

/** What bittorrent-tracker has for Node alone. Bun 1.4.4 leaves a name without a value where that is left out. */
export const nothingOfNode: BunPlugin = {
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

/** A script that comes before the page's own: what such libraries take for granted. */
export const nodeShim =
  "globalThis.process = { browser: true, env: {}, " +
  "nextTick: (run, ...given) => queueMicrotask(() => run(...given)) };";
