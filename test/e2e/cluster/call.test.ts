// A call of three in a real browser over several nodes: nobody in it notices what becomes of nodes, workers and Redis.

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { Balancer } from "../../support/balancer.ts";
import { chromiumPath } from "../../support/browser.ts";
import { ClusterOfNodes, logged } from "../../support/cluster.ts";
import { isThere } from "../../support/missing.ts";
import { quietPort } from "../../support/quiet-port.ts";
import { RedisServer, redisProgram } from "../../support/redis-server.ts";
import {
  becomes,
  calm,
  goesOn,
  logOf,
  pictures,
  RoomPages,
  views,
} from "../../support/room-pages.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { TcpProxy } from "../../support/tcp-proxy.ts";

setDefaultTimeout(180_000);

/** Milliseconds without signaling: a generous bound for a busy machine. How long it was is said. */
const longestMs = 30_000;

const isSkipped = !isThere(redisProgram, "Redis") || !isThere(chromiumPath, "Chromium");

/** Three tabs that see each other. */
class Call {
  readonly pages: readonly Page[];
  readonly ids: readonly string[];

  private constructor(pages: readonly Page[], ids: readonly string[]) {
    this.pages = pages;
    this.ids = ids;
  }

  /** @param servers where each tab finds its server */
  static async begin(rooms: RoomPages, servers: readonly URL[]): Promise<Call> {
    const topic = rooms.newTopic();
    const pages = await Promise.all(servers.map(() => rooms.visit()));
    const ids: string[] = [];
    for (const [index, page] of pages.entries())
      ids.push(await rooms.enter(page, servers[index]!, topic, { isCall: true }));
    await calm(pages);
    return new Call(pages, ids);
  }

  /** Waits until an expression is true in all tabs. */
  async all(condition: string): Promise<void> {
    await Promise.all(this.pages.map((page) => becomes(page, condition)));
  }

  /** Pictures come from everybody to everybody. */
  async goesOn(): Promise<void> {
    for (const page of this.pages) await goesOn(page, await pictures(page));
  }

  /**
   * Everybody has signaling, and nothing else has happened: nobody left, nobody negotiated.
   * @param what for the line that says how long signaling was away
   * @param least times that each tab has lost its server
   */
  async hasNoticedNothing(what: string, least: number): Promise<void> {
    await this.all(`room.state === "connected" && gaps.length >= ${least}`);
    expect(await views(this.pages)).toEqual(Array(3).fill(this.ids.toSorted()));
    const gaps: number[] = [];
    for (const [index, page] of this.pages.entries()) {
      const log = await logOf(page);
      const times = log.filter((entry) => entry === "away").length;
      expect(log).toEqual(Array(times).fill(["away", "connected"]).flat());
      expect(times).toBeGreaterThanOrEqual(least);
      expect(await page.evaluate("[room.me.id, connections.size]")).toEqual([this.ids[index], 2]);
      gaps.push(...((await page.evaluate("gaps")) as number[]));
    }
    await this.goesOn();
    const longest = Math.round(Math.max(0, ...gaps));
    process.stderr.write(`${what}: signaling was away for ${longest} ms at most\n`);
    expect(longest).toBeLessThan(longestMs);
  }

  async forget(): Promise<void> {
    for (const page of this.pages) await page.evaluate("log.length = gaps.length = 0");
  }

  /** Signals arrive between any two of them: a new stream needs some. */
  async stillNegotiates(): Promise<void> {
    for (const page of this.pages.slice(1)) {
      const videos = "document.querySelectorAll('video').length";
      const others = this.pages.filter((other) => other !== page);
      const before = await Promise.all(others.map((other) => other.evaluate(videos)));
      await page.evaluate("void room.publish(document.querySelector('canvas').captureStream(1))");
      for (const [index, other] of others.entries())
        await becomes(other, `${videos} > ${before[index]}`);
      await calm(this.pages);
    }
  }
}

describe.skipIf(isSkipped)("three in a call notice nothing", () => {
  let cluster: ClusterOfNodes;
  let balancer: Balancer;
  /** Of each tab. */
  let proxies: readonly TcpProxy[];
  let rooms: RoomPages;
  let call: Call;

  beforeAll(async () => {
    cluster = await ClusterOfNodes.start(0, { DRAIN_SECONDS: "1" });
    // They are started again at the same ports.
    await Promise.all([0, 1].map(() => cluster.add({ PORT: `${quietPort()}` })));
    const nodes = [cluster.url(0), cluster.url(1)];
    balancer = await Balancer.start(nodes);
    rooms = await RoomPages.start(balancer.url);
    proxies = await Promise.all([0, 1, 2].map(() => TcpProxy.start(balancer.url)));
    call = await Call.begin(
      rooms,
      proxies.map(({ url }) => url),
    );
  }, 120_000);
  afterAll(async () => {
    for (const each of [rooms, ...(proxies ?? []), balancer, cluster])
      await each?.[Symbol.asyncDispose]();
  }, 60_000);

  /** Tabs lose their connections, and come back. */
  async function reconnect(tabs: readonly number[]): Promise<void> {
    for (const tab of tabs) {
      const page = call.pages[tab]!;
      proxies[tab]!.cut();
      await becomes(page, `room.state === "away"`);
      proxies[tab]!.mend();
      await becomes(page, `room.state === "connected"`);
    }
  }

  /** Nodes that have reached Redis so often each have done so once more. */
  function rejoined(): Promise<unknown> {
    const joins = ({ log }: ServerProcess) => log.filter(({ msg }) => msg === logged.joined).length;
    return Promise.all(
      cluster.nodes.map((node) => {
        const before = joins(node);
        return node.logged(() => joins(node) > before);
      }),
    );
  }

  test("when Redis is killed and comes back with nothing, and one loses its connection meanwhile", async () => {
    await cluster.redis.kill();
    await Promise.all(cluster.nodes.map((node) => node.logged(({ msg }) => msg === logged.alone)));
    await call.goesOn();
    await reconnect([2]);
    const areBack = rejoined();
    await cluster.redis.restart();
    await areBack;
    await call.hasNoticedNothing("Redis killed", 0);
    await call.stillNegotiates();
  });

  test("when both nodes are restarted, one after the other", async () => {
    for (const index of [0, 1]) {
      const { port } = cluster.url(index);
      const node = cluster.nodes[index]!;
      node.signal("SIGTERM");
      expect(await node.exited).toBe(0);
      await call.goesOn();
      await cluster.add({ PORT: port });
      await call.all(`room.state === "connected"`);
    }
    await call.hasNoticedNothing("two nodes restarted", 1);
    await call.stillNegotiates();
  });

  test("when the node is killed that all of them are on, and the other knows nothing of their room", async () => {
    // Their tokens are younger than both nodes.
    balancer.preferred = 0;
    await reconnect([0, 1, 2]);
    await call.hasNoticedNothing("connections lost", 1);
    await call.forget();
    balancer.preferred = undefined;
    cluster.nodes.at(-2)!.signal("SIGKILL");
    await call.hasNoticedNothing("a node killed", 1);
    await call.stillNegotiates();
  });

  test("when workers read their settings again, or are all replaced", async () => {
    await rooms.close();
    await using redis = await RedisServer.start();
    await using server = await ServerProcess.start(["--workers", "2"], {
      ...redis.environment,
      CLUSTER_LEASE_SECONDS: "2",
      DRAIN_DELAY_SECONDS: "0",
      DRAIN_SECONDS: "1",
    });
    const { url } = server;
    const isJoined = new Set<unknown>();
    await server.logged(({ msg, worker }) => {
      if (msg === logged.joined) isJoined.add(worker);
      return isJoined.size === 2;
    });
    call = await Call.begin(rooms, [url, url, url]);
    server.signal("SIGHUP");
    await server.logged(({ msg }) => msg === "the settings are reloaded");
    await call.hasNoticedNothing("settings read again", 0);
    server.signal("SIGUSR2");
    await server.logged(({ msg }) => msg === "all workers are replaced");
    await call.hasNoticedNothing("workers replaced", 1);
    await call.stillNegotiates();
  });
});
