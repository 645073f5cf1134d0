// Yjs with y-webrtc in a real browser, a context a peer: tabs of one context would meet without a server.

import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { borrowBrowser, chromiumPath, closePages, openPage } from "../support/browser.ts";
import { describeWith } from "../support/missing.ts";
import { root } from "../support/paths.ts";
import { redisProgram } from "../support/redis-server.ts";
import { ServerProcess } from "../support/server-process.ts";
import { TwoNodes } from "../support/two-nodes.ts";
import { freshRoom, YClient } from "../support/y-webrtc-client.ts";

// Browsers take their time on a busy machine.
setDefaultTimeout(60_000);

async function servePage(): Promise<Bun.Server<undefined>> {
  const built = await Bun.build({
    entrypoints: [`${root}/test/support/yjs-page.ts`],
    target: "browser",
  });
  const script = await built.outputs[0]!.text();
  return Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    routes: {
      "/": new Response(
        '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>',
        {
          headers: { "Content-Type": "text/html" },
        },
      ),
      "/page.js": new Response(script, { headers: { "Content-Type": "text/javascript" } }),
    },
  });
}

describeWith(chromiumPath, "Chromium")("documents of Yjs", () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof ServerProcess.start>>;
  let pages: Bun.Server<undefined>;

  beforeAll(async () => {
    [browser, server, pages] = await Promise.all([
      borrowBrowser(),
      ServerProcess.start(),
      servePage(),
    ]);
  });
  afterEach(() => closePages(browser));
  afterAll(async () => {
    await pages?.stop(true);
    await server?.[Symbol.asyncDispose]();
  });

  const call = (page: Page, name: string, ...parameters: readonly string[]): Promise<string> =>
    page.evaluate(`${name}(...${JSON.stringify(parameters)})`);

  /** Opens a peer that has written under its name, and meets the others at a server. */
  async function join(room: string, name: string, password = "", url = server.url): Promise<Page> {
    const { page } = await openPage(browser, pages.url.href);
    await call(page, "join", `ws://${url.host}/signal`, room, name, password);
    return page;
  }

  /**
   * Opens peers one after another, each when those before it are connected. Two that announce themselves
   * at once both make offers, and y-webrtc may then wait for ever for an answer, at any server.
   */
  async function meet(
    room: string,
    names: readonly string[],
    password: string,
    url = server.url,
  ): Promise<Page[]> {
    const observer = await YClient.open(url, [room]);
    const peers: Page[] = [];
    for (const name of names) {
      peers.push(await join(room, name, password, url));
      if (peers.length === 1) await observer.socket.next();
      await documents(peers, names.slice(0, peers.length));
    }
    return peers;
  }

  /** Waits until every peer has what was written under these names. @returns the different documents */
  async function documents(peers: readonly Page[], names: readonly string[]): Promise<string[]> {
    const contents = await Promise.all(peers.map((page) => call(page, "contentsWith", ...names)));
    return [...new Set(contents)];
  }

  test.each([
    ["two peers", 2, ""],
    ["two peers with a password", 2, "secret"],
    ["five peers", 5, ""],
    ["three peers with a password", 3, "secret"],
  ])(
    "of %s become one",
    async (_who, count, password) => {
      const room = freshRoom();
      const names = Array.from({ length: count }, (_, index) => `peer-${index}`);
      const peers = await meet(room, names, password);
      await call(peers[0]!, "write", "late", "to all");
      const [document, ...others] = await documents(peers, [...names, "late"]);
      expect(others).toEqual([]);
      expect(Object.fromEntries(JSON.parse(document!).entries)).toEqual({
        late: "to all",
        ...Object.fromEntries(names.map((name) => [name, `written by ${name}`])),
      });
    },
    30_000,
  );

  describeWith(redisProgram, "Redis")("on two nodes", () => {
    let nodes: TwoNodes;

    beforeAll(async () => {
      nodes = await TwoNodes.start();
    });
    afterAll(() => nodes[Symbol.asyncDispose]());

    test.each([
      ["four peers", ""],
      ["four peers with a password", "secret"],
    ])("of %s become one", async (_who, password) => {
      const names = ["ann", "bob", "cid", "dan"];
      const peers = await meet(freshRoom(), names, password, nodes.url);
      expect(await documents(peers, names)).toHaveLength(1);
    });
  });

  test("of peers with different passwords stay apart", async () => {
    const room = freshRoom();
    const [ann, bob] = [await join(room, "ann", "one"), await join(room, "bob", "another")];
    const cid = await join(room, "cid", "one");
    expect(await documents([ann, cid], ["ann", "cid"])).toHaveLength(1);
    expect(await documents([bob], ["bob"])).toEqual([
      '{"entries":[["bob","written by bob"]],"text":"bob;"}',
    ]);
  });

  test("outlive the server: after a crash and a start, a newcomer gets what there was", async () => {
    const room = freshRoom();
    const crashing = await ServerProcess.start();
    const peers = [
      await join(room, "ann", "", crashing.url),
      await join(room, "bob", "", crashing.url),
    ];
    await documents(peers, ["ann", "bob"]);
    crashing.signal("SIGKILL");
    await crashing.exited;
    await call(peers[0]!, "write", "meanwhile", "without a server");
    await documents(peers, ["meanwhile"]);
    await using again = await ServerProcess.start([], { PORT: crashing.url.port });
    peers.push(await join(room, "cid", "", again.url));
    expect(await documents(peers, ["ann", "bob", "cid", "meanwhile"])).toHaveLength(1);
  });
});
