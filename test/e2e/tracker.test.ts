// The real clients of trackers in real browsers: bittorrent-tracker's, which WebTorrent is made of, and
// trystero's torrent strategy. At the compiled binary on one node and on two, and at bittorrent-tracker's own
// server. Nothing outside of this machine is asked for anything.

import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  setDefaultTimeout,
  test,
} from "bun:test";
import type { Browser, Page } from "playwright-core";
import { borrowBrowser, chromiumPath, closePages, openTab } from "../support/browser.ts";
import { serveBundledPage } from "../support/bundled-page.ts";
import { describeWith } from "../support/missing.ts";
import { withoutStock } from "../support/stock.ts";
import { TrackerClient } from "../support/tracker-client.ts";
import { type TrackerServer, trackerServers } from "../support/tracker-servers.ts";

// Browsers take their time on a busy machine.
setDefaultTimeout(60_000);

let browser: Browser;
let site: Bun.Server<undefined>;

/** 20 bytes of any value, in hexadecimal digits. */
const randomHex = (): string => crypto.getRandomValues(new Uint8Array(20)).toHex();
const binaryOf = (hex: string): string => Buffer.from(hex, "hex").toString("latin1");

/** Somebody with a browser of their own. */
class Person {
  readonly #page: Page;
  readonly #url: URL;

  private constructor(page: Page, url: URL) {
    this.#page = page;
    this.#url = url;
  }

  static async open({ url }: TrackerServer): Promise<Person> {
    const { page } = await openTab(browser, site.url.href);
    return new Person(page, url);
  }

  /** Comes in a swarm. @returns its id */
  async begin(infoHash: string, left = 1, peerId = randomHex()): Promise<string> {
    await this.does("begin", `ws://${this.#url.host}/announce`, infoHash, peerId, left);
    return peerId;
  }

  /** Comes in a room of trystero. @returns its id */
  async join(room: string): Promise<string> {
    return String(await this.does("join", `ws://${this.#url.host}/tracker`, room));
  }

  /** Resolves when it has happened. */
  seen(event: string): Promise<unknown> {
    return this.does("seen", event);
  }

  /** Calls a function of the page. */
  does(name: string, ...given: readonly unknown[]): Promise<unknown> {
    return this.#page.evaluate(`window.pageOfTest.${name}(...${JSON.stringify(given)})`);
  }

  async close(): Promise<void> {
    await this.#page.close();
  }

  /** What the clients complained of. */
  async complaints(): Promise<readonly string[]> {
    const happened = (await this.does("happened")) as readonly string[];
    return happened.filter((event) => event.startsWith("warning ") || event.startsWith("error "));
  }
}

/** Two know each other by their greetings. */
const meet = (one: Person, oneId: string, other: Person, otherId: string): Promise<unknown> =>
  Promise.all([
    one.seen(`${oneId} read hello from ${otherId}`),
    other.seen(`${otherId} read hello from ${oneId}`),
  ]);

describeWith(chromiumPath, "Chromium")("pages that meet by a tracker", () => {
  beforeAll(async () => {
    [browser, site] = await Promise.all([borrowBrowser(), serveBundledPage("tracker-page.js")]);
  });
  afterEach(() => closePages(browser));
  afterAll(async () => {
    await site?.stop(true);
  });

  describe.each(withoutStock(trackerServers, ({ isOurs }) => !isOurs))(
    "at $title",
    ({ start, isOurs }) => {
      let server: TrackerServer;

      beforeAll(async () => {
        // Where a connection fails on a busy machine, clients try again in time.
        server = await start(10);
      });
      afterAll(() => server[Symbol.asyncDispose]());

      test("two with bittorrent-tracker's client talk over a data channel, and read the numbers", async () => {
        const swarm = randomHex();
        const [ann, bob] = [await Person.open(server), await Person.open(server)];
        const annId = await ann.begin(swarm, 0);
        await ann.seen(`${annId}: 1 complete, 0 incomplete`);
        const bobId = await bob.begin(swarm);
        await bob.seen(`${bobId}: 1 complete, 1 incomplete`);
        await meet(ann, annId, bob, bobId);
        await bob.does("complete", bobId);
        await bob.seen(`${bobId}: 2 complete, 0 incomplete`);
        await bob.does("scrape", bobId, swarm);
        await bob.seen(`scrape of ${swarm}: 2, 0, 2`);
        await ann.does("stop", annId);
        await ann.seen(`${annId}: 1 complete, 0 incomplete`);
        expect([await ann.complaints(), await bob.complaints()]).toEqual([[], []]);
      });

      test("five with bittorrent-tracker's client find each other", async () => {
        const swarm = randomHex();
        const people: { readonly person: Person; readonly id: string }[] = [];
        for (let count = 1; count <= 5; count++) {
          const person = await Person.open(server);
          people.push({ person, id: await person.begin(swarm) });
          const { id } = people.at(-1)!;
          await person.seen(`${id}: 0 complete, ${count} incomplete`);
        }
        const pairs = people.flatMap((one, at) =>
          people.slice(at + 1).map((other) => ({ one, other })),
        );
        await Promise.all(
          pairs.map(({ one, other }) => meet(one.person, one.id, other.person, other.id)),
        );
      });

      test("clients of one page share a socket, in swarms and under ids of their own", async () => {
        const swarms = [randomHex(), randomHex()] as const;
        const [ann, bob] = [await Person.open(server), await Person.open(server)];
        const own = [await ann.begin(swarms[0]), await ann.begin(swarms[1])] as const;
        for (const id of own) await ann.seen(`${id}: 0 complete, 1 incomplete`);
        const others = [await bob.begin(swarms[0]), await bob.begin(swarms[1])] as const;
        for (const at of [0, 1] as const) await meet(ann, own[at], bob, others[at]);
        await ann.close();
        await bob.close();
        // At the other server the second of a socket stays, and is offered to whoever comes.
        const witness = await TrackerClient.open(server.url);
        const counts = async (): Promise<readonly number[]> => {
          const names = swarms.map(binaryOf);
          const [frame] = await witness.say({ action: "scrape", info_hash: names });
          return names.map((name) => Object(frame).files[name].incomplete);
        };
        const due = isOurs ? [0, 0] : [0, 2];
        while (!Bun.deepEquals(await counts(), due)) await Bun.sleep(10);
      });

      if (isOurs)
        test("a client with another's id reads a warning, and is served in other swarms", async () => {
          const [swarm, other] = [randomHex(), randomHex()];
          const [ann, bob] = [await Person.open(server), await Person.open(server)];
          const annId = await ann.begin(swarm);
          await ann.seen(`${annId}: 0 complete, 1 incomplete`);
          await bob.begin(swarm, 1, annId);
          await bob.seen("warning peer_id in use by another connection");
          const bobId = await bob.begin(other);
          await bob.seen(`${bobId}: 0 complete, 1 incomplete`);
          expect(await bob.complaints()).toHaveLength(1);
        });

      // trystero's offers to the stock tracker meet nobody now and then, and it makes no new ones for a minute.
      const again = isOurs ? {} : { timeout: 30_000, retry: 2 };
      test(
        "two with trystero's torrent strategy greet each other, and see each other leave",
        async () => {
          const room = randomHex();
          const [ann, bob] = [await Person.open(server), await Person.open(server)];
          const annId = await ann.join(room);
          const bobId = await bob.join(room);
          await Promise.all([
            ann.seen(`read hello ${annId} of ${bobId}`),
            bob.seen(`read hello ${bobId} of ${annId}`),
          ]);
          await ann.does("leave");
          await bob.seen(`left ${annId}`);
        },
        again,
      );
    },
  );
});
