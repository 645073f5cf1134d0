// The compiled binary as two nodes behind one address, where each next client comes to the other node: a
// suite that is written for one server is played once more with every two clients on different nodes.

import { describe, test } from "bun:test";
import { Balancer } from "./balancer.ts";
import { ClusterOfNodes } from "./cluster.ts";
import { describeWith, isThere } from "./missing.ts";
import { type MeetingPlace, RedisServer, redisProgram } from "./redis-server.ts";
import { type LogLine, ServerProcess } from "./server-process.ts";
import { settlesBy } from "./settled.ts";
import { sign } from "./tokens.ts";
import { type Joined, joinTopic } from "./topic-client.ts";

/** What a suite needs of its server, be it one node or two. */
export interface AnyServer extends AsyncDisposable {
  readonly url: URL;
}

/** One of ours, with what it has logged so far. */
export interface OurServer extends AnyServer {
  readonly log: readonly LogLine[];
  /** Resolves with the first line, logged already or yet to come, that `matches`. */
  logged(matches: (line: LogLine) => boolean): Promise<LogLine>;
}

export type Start = (
  args?: readonly string[],
  environment?: Record<string, string>,
) => Promise<OurServer>;

export class TwoNodes<Place extends MeetingPlace = RedisServer> implements OurServer {
  readonly cluster: ClusterOfNodes<Place>;
  readonly #balancer: Balancer;
  readonly #settlesNoMore: () => void;

  private constructor(cluster: ClusterOfNodes<Place>, balancer: Balancer, watch: Watch) {
    this.cluster = cluster;
    this.#balancer = balancer;
    this.#settlesNoMore = settlesBy(balancer.url, () => watch.settle());
  }

  static async start(
    _args: readonly string[] = [],
    environment: Record<string, string> = {},
  ): Promise<TwoNodes> {
    return await TwoNodes.around(await RedisServer.start(), environment);
  }

  /** The same with what is there already; it ends with the nodes. */
  static async around<Place extends MeetingPlace>(
    place: Place,
    environment: Record<string, string> = {},
  ): Promise<TwoNodes<Place>> {
    // Nothing dies here: a busy machine is not to be taken for a dead node.
    const patience = { CLUSTER_LEASE_SECONDS: "60", ...environment };
    const cluster = await ClusterOfNodes.around(place, 2, patience);
    const nodes = [cluster.url(0), cluster.url(1)] as const;
    const balancer = await Balancer.start(nodes);
    return new TwoNodes(cluster, balancer, await Watch.begin(nodes, place.topics));
  }

  /** Where both nodes are, by turns. */
  get url(): URL {
    return this.#balancer.url;
  }

  get log(): readonly LogLine[] {
    return this.cluster.nodes.flatMap(({ log }) => log);
  }

  logged(matches: (line: LogLine) => boolean): Promise<LogLine> {
    return Promise.race(this.cluster.nodes.map((node) => node.logged(matches)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#settlesNoMore();
    await this.#balancer[Symbol.asyncDispose]();
    await this.cluster[Symbol.asyncDispose]();
  }
}

/** Defines a suite twice: with all clients on one node, and with every two on different ones. */
export function describeNodes(define: (start: Start) => void): void {
  describe("on one node", () => define(ServerProcess.start));
  describeWith(redisProgram, "Redis")("on two nodes", () => define(TwoNodes.start));
}

/** One test that takes its time, played on one node and on two at once. */
export function testNodes(
  name: string,
  play: (start: Start) => Promise<void>,
  timeoutMs: number,
): void {
  const starts: readonly Start[] = isThere(redisProgram, "Redis")
    ? [ServerProcess.start, TwoNodes.start]
    : [ServerProcess.start];
  test(name, () => Promise.all(starts.map(play)), timeoutMs);
}

/** Two clients, one on each node. */
interface Pair {
  readonly near: Joined;
  readonly far: Joined;
}

/**
 * What a node tells another arrives in the order in which it was told, if it goes by the same Redis: once the
 * one has heard what the other said there, all that was said before has arrived as well.
 */
class Watch {
  /** For each Redis. */
  readonly #pairs: readonly Pair[];
  #current = Promise.resolve();
  #next: Promise<void> | undefined;

  private constructor(pairs: readonly Pair[]) {
    this.#pairs = pairs;
  }

  static async begin(
    [here, there]: readonly [URL, URL],
    topics: readonly string[],
  ): Promise<Watch> {
    const pairs = topics.map(async (topic) => {
      // For servers that require one.
      const path = `${topic}?token=${await sign()}`;
      const near = await joinTopic(here, path);
      const far = await joinTopic(there, path);
      await near.socket.next();
      return { near, far };
    });
    return new Watch(await Promise.all(pairs));
  }

  /** Resolves when all is known that was said until now, and what was answered. */
  settle(): Promise<void> {
    // Those who ask while one round is under way share the next.
    this.#next ??= this.#current.then(() => {
      this.#next = undefined;
      this.#current = this.#round();
      return this.#current;
    });
    return this.#next;
  }

  /** There and back, twice: what was answered to an answer has arrived too, whoever was the first. */
  async #round(): Promise<void> {
    for (const _turn of [1, 2]) {
      await Promise.all(this.#pairs.map(({ near, far }) => pass(near, far)));
      await Promise.all(this.#pairs.map(({ near, far }) => pass(far, near)));
    }
  }
}

async function pass(from: Joined, to: Joined): Promise<void> {
  from.socket.send(`{"type":"offer","to":"${to.id}"}`);
  await to.socket.next();
}
