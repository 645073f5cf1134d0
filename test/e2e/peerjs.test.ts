// The real client of PeerJS in real browsers, with the compiled binary and with the real PeerServer: what
// people see of the two. Nothing outside of this machine is asked for anything.

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { borrowBrowser, chromiumPath, closePages, openTab } from "../support/browser.ts";
import { describeWith } from "../support/missing.ts";
import { root } from "../support/paths.ts";
import { freshId } from "../support/peerjs-client.ts";
import { type PeerServer, peerServers } from "../support/peerjs-servers.ts";
import { withoutStock } from "../support/stock.ts";

// Browsers take their time on a busy machine.
setDefaultTimeout(60_000);

let browser: Browser;
let site: Bun.Server<undefined>;

/** Somebody with a browser of their own, and a peer in it. */
class Person {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async begin({ url }: PeerServer, id?: string, options: object = {}): Promise<void> {
    const where = { host: url.hostname, port: Number(url.port), path: "/" };
    await this.does("begin", { ...where, ...options }, id);
  }

  /** Calls a function of the page. */
  does(name: string, ...given: readonly unknown[]): Promise<unknown> {
    const values = given.map((value) => JSON.stringify(value) ?? "undefined");
    return this.#page.evaluate(`window.pageOfTest.${name}(${values.join(", ")})`);
  }
}

/** Those who meet at a server in one test. */
class People implements AsyncDisposable {
  readonly #server: PeerServer;
  readonly #pages: Page[] = [];

  constructor(server: PeerServer) {
    this.#server = server;
  }

  /** With a page that has no peer yet. */
  async ready(): Promise<Person> {
    const { page } = await openTab(browser, site.url.href);
    this.#pages.push(page);
    return new Person(page);
  }

  async begin(id?: string): Promise<Person> {
    const person = await this.ready();
    await person.begin(this.#server, id);
    return person;
  }

  /** The same, and waits until the peer is open. */
  async open(id?: string): Promise<Person> {
    const person = await this.begin(id);
    await person.does("seen", "open");
    return person;
  }

  /** Pages that are left would go on encoding pictures, and make the tests after this one slow. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#pages.map((page) => page.close()));
  }
}

describeWith(chromiumPath, "Chromium")("a page with PeerJS", () => {
  beforeAll(async () => {
    const [bundle, launched] = await Promise.all([
      Bun.build({ entrypoints: [`${root}/test/support/peerjs-page.js`], target: "browser" }),
      borrowBrowser(),
    ]);
    browser = launched;
    const script = await bundle.outputs[0]!.text();
    site = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      routes: {
        "/page.js": new Response(script, { headers: { "Content-Type": "text/javascript" } }),
        "/": new Response(
          '<!doctype html><link rel="icon" href="data:,"><body><script src="/page.js"></script>',
          { headers: { "Content-Type": "text/html" } },
        ),
      },
    });
  });
  afterAll(async () => {
    await closePages(browser);
    await site?.stop(true);
  });

  describe.each(withoutStock(peerServers, ({ name }) => name === "peer"))(
    "on $title",
    ({ name, start, nodes }) => {
      /** A single page is not between nodes. */
      const isAlone = nodes === 1;
      let server: PeerServer;

      beforeAll(async () => {
        server = await start();
      });
      afterAll(() => server[Symbol.asyncDispose]());

      if (isAlone)
        test("gets an id from the server", async () => {
          await using people = new People(server);
          const ann = await people.open();
          expect(await ann.does("id")).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
        });

      test("gets an id of its own choice, which nobody else gets then", async () => {
        await using people = new People(server);
        const id = "Ada Lovelace";
        const ann = await people.open(id);
        const bob = await people.begin(id);
        expect(await bob.does("failed")).toBe(`error unavailable-id: ID "${id}" is taken`);
        expect(await ann.does("id")).toBe(id);
      });

      test("reaches another by a data channel, both ways", async () => {
        await using people = new People(server);
        const id = freshId();
        const [ann, bob] = [await people.open(), await people.open(id)];
        expect(await ann.does("ask", id, { hello: [1, "🚦"] })).toEqual({
          echo: { hello: [1, "🚦"] },
        });
        expect(await bob.does("ask", await ann.does("id"), "and back")).toEqual({
          echo: "and back",
        });
      });

      test("calls another, and each sees the picture of the other", async () => {
        await using people = new People(server);
        const id = freshId();
        const [ann, bob] = [await people.open(), await people.open(id)];
        await ann.does("call", id);
        await Promise.all([
          ann.does("seen", "a picture 160 wide"),
          bob.does("seen", "a picture 320 wide"),
        ]);
      });

      // This and the next wait for most of their time.
      if (isAlone)
        test.concurrent("reads peer-unavailable for somebody who does not come, and not before the time", async () => {
          await using people = new People(server);
          const [ann, nobody] = [await people.open(), freshId()];
          const called = performance.now();
          await ann.does("connect", nobody);
          expect(await ann.does("failed")).toBe(
            `error peer-unavailable: Could not connect to peer ${nobody}`,
          );
          expect(performance.now() - called).toBeGreaterThan(5000);
        });

      test.concurrent("reaches somebody who comes three seconds after the call", async () => {
        await using people = new People(server);
        const [ann, bob, late] = [await people.open(), await people.ready(), freshId()];
        const answer = ann.does("ask", late, "are you there?");
        await ann.does("later", 3000);
        await bob.begin(server, late);
        expect(await answer).toEqual({ echo: "are you there?" });
      });

      test("comes back under its id while the server still has the old socket", async () => {
        await using people = new People(server);
        const id = freshId();
        const [ann, bob] = [await people.open(id), await people.open()];
        await ann.does("loseSocket");
        await ann.does("comeBack");
        await bob.does("connect", id);
        const connected = `connection from ${await bob.does("id")}`;
        // An OPEN would come before this on the same socket: theirs never sends any, and the page hangs.
        const own = { signalbox: ["open", connected], peer: [connected] };
        expect(await ann.does("seen", connected)).toEqual(own[name]);
      });

      test("reads that its key is wrong, without an id of its own too", async () => {
        await using people = new People(server);
        for (const id of [undefined, freshId()]) {
          const ann = await people.ready();
          await ann.begin(server, id, { key: "wrong" });
          expect(await ann.does("failed")).toBe("error server-error: Invalid key provided");
        }
      });

      test("reads what was wrong with a message that is too large, and not that its connection was lost", async () => {
        await using people = new People(server);
        const id = freshId();
        const [ann, bob] = [await people.open(), await people.open(id)];
        await ann.does("connectWithMetadata", id, 200_000);
        const connected = `connection from ${await ann.does("id")}`;
        expect(await bob.does("seen", connected)).toEqual(["open", connected]);
        if (name === "peer") return;
        await ann.does("connectWithMetadata", id, 300_000);
        const error = "error server-error: Message is larger than 262144 bytes";
        expect(await ann.does("seen", "disconnected")).toEqual(["open", error, "disconnected"]);
      });

      test("lists all peers where that is allowed, and else reads that it failed", async () => {
        await using open = await start({ allowDiscovery: true });
        await using visitors = new People(open);
        const [ann, bob] = [await visitors.open("ann"), await visitors.open("bob")];
        expect(await ann.does("list")).toEqual(["ann", "bob"]);
        expect(await bob.does("id")).toBe("bob");

        await using people = new People(server);
        const cid = await people.open();
        void cid.does("list").catch(() => undefined);
        expect(await cid.does("failed")).toStartWith("error server-error");
      });
    },
  );
});
