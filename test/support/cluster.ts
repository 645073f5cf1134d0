// Several nodes of the compiled binary, each in its own process, joined by one Redis or by several.

import { scrape } from "./metrics.ts";
import { type MeetingPlace, RedisServer } from "./redis-server.ts";
import { ServerProcess } from "./server-process.ts";
import { until } from "./talkers.ts";

export type NodeProcess = ServerProcess & { readonly url: URL };

/** What a node says in its log. */
export const logged = {
  joined: "Redis is reached: the peers of all nodes meet",
  gone: "another node is gone, and all its peers with it",
  alone: "Redis cannot be reached: only the peers of this node meet",
} as const;

/** Seconds of a lease: so short that tests need not wait for long, and long enough for a busy machine. */
export const leaseSeconds = 2;

export class ClusterOfNodes<Place extends MeetingPlace = RedisServer> implements AsyncDisposable {
  readonly redis: Place;
  readonly nodes: NodeProcess[] = [];
  readonly #environment: Record<string, string>;

  private constructor(redis: Place, environment: Record<string, string>) {
    this.redis = redis;
    this.#environment = environment;
  }

  /** Starts Redis and so many nodes, and waits until they have reached it. */
  static async start(
    count: number,
    environment: Record<string, string> = {},
    ...redisArgs: readonly string[]
  ): Promise<ClusterOfNodes> {
    return await ClusterOfNodes.around(await RedisServer.start(...redisArgs), count, environment);
  }

  /** The same with what is there already; it ends with the nodes. */
  static async around<Place extends MeetingPlace>(
    redis: Place,
    count: number,
    environment: Record<string, string> = {},
  ): Promise<ClusterOfNodes<Place>> {
    const cluster = new ClusterOfNodes(redis, environment);
    await Promise.all(Array.from({ length: count }, () => cluster.add()));
    return cluster;
  }

  /** Starts one more node, and waits until it has reached Redis. */
  async add(environment: Record<string, string> = {}): Promise<NodeProcess> {
    const node = await this.addUnjoined(environment);
    await node.logged(({ msg }) => msg === logged.joined);
    return node;
  }

  async addUnjoined(environment: Record<string, string> = {}): Promise<NodeProcess> {
    const node = await ServerProcess.start([], {
      ...this.redis.environment,
      CLUSTER_LEASE_SECONDS: `${leaseSeconds}`,
      DRAIN_DELAY_SECONDS: "0",
      ...this.#environment,
      ...environment,
    });
    this.nodes.push(node);
    return node;
  }

  /**
   * Waits until each node has seen the leases of the others, of which it has heard: of a node that it does not know
   * yet, it keeps nobody.
   */
  async met(): Promise<void> {
    for (const node of this.nodes)
      await until(
        async () => (await scrape(node)).get("signalbox_nodes") === this.nodes.length,
        "a node does not know the others",
      );
  }

  /** The address of a node, by its number. */
  url(index: number): URL {
    const node = this.nodes[index];
    if (node === undefined) throw new Error(`there is no node ${index}`);
    return node.url;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node[Symbol.asyncDispose]()));
    await this.redis[Symbol.asyncDispose]();
  }
}
