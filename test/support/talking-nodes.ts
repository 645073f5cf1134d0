// Three nodes with clients that talk without pause, for what may happen to that by which they meet.

import { expect } from "bun:test";
import { ClusterOfNodes } from "./cluster.ts";
import type { MeetingPlace } from "./redis-server.ts";
import { Talkers, until } from "./talkers.ts";

/** Frames that must arrive before and after something happens. */
export const frames = 500;

/** Longer leases, where no test waits for one to run out: a busy machine is not to be taken for a dead node. */
export const patient = { CLUSTER_LEASE_SECONDS: "3" };

/** Milliseconds for a test: it waits for what happens, not for time to pass. */
export const timeoutMs = 60_000;

export class TalkingNodes<Place extends MeetingPlace> implements AsyncDisposable {
  readonly cluster: ClusterOfNodes<Place>;
  readonly talkers: Talkers;

  private constructor(cluster: ClusterOfNodes<Place>) {
    this.cluster = cluster;
    this.talkers = new Talkers(() => cluster.nodes.map(({ url }) => url));
  }

  /**
   * @param topics in so many of them four clients of each node talk
   * @param environment of the nodes
   */
  static async start<Place extends MeetingPlace>(
    place: Place,
    topics: number,
    environment: Record<string, string> = {},
  ): Promise<TalkingNodes<Place>> {
    const cluster = await ClusterOfNodes.around(place, 3, { LOG_LEVEL: "info", ...environment });
    const nodes = new TalkingNodes(cluster);
    nodes.talkers.add(4, topics);
    await nodes.talkers.settle();
    return nodes;
  }

  get place(): Place {
    return this.cluster.redis;
  }

  /** @returns waits until each node has said once more than before what `logged` has */
  watch(message: string): () => Promise<void> {
    const counts = () =>
      this.cluster.nodes.map(({ log }) => log.filter(({ msg }) => msg === message).length);
    const before = counts();
    return () =>
      until(
        () => counts().every((count, index) => count > (before[index] ?? 0)),
        `not all nodes said: ${message}`,
      );
  }

  /** All clients are there throughout, so that nobody may be told that somebody has left. */
  async nobodyNotices(): Promise<void> {
    await this.talkers.talk(frames);
    await this.talkers.settle();
    expect([this.talkers.wrongs, this.talkers.lefts]).toEqual([[], 0]);
  }

  /** What `/readyz` of a node says, up to a colon. */
  async readiness(index = 0): Promise<readonly [number, string]> {
    const response = await fetch(new URL("/readyz", this.cluster.url(index)));
    return [response.status, (await response.text()).split(":")[0] ?? ""];
  }

  /** Waits until this is what `/readyz` says of each node. */
  async allSay(word: string): Promise<void> {
    const isSaid = async (): Promise<boolean> => {
      const answers = await Promise.all(
        this.cluster.nodes.map((_, index) => this.readiness(index)),
      );
      return answers.every(([, said]) => said === word);
    };
    await until(isSaid, `not all nodes say: ${word}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.talkers[Symbol.dispose]();
    await this.cluster[Symbol.asyncDispose]();
  }
}
