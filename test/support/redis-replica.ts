// A real Redis Cluster whose first master has a replica, which takes its place when it fails, or when an operator
// says so.

import { type Master, RedisCluster, rangesOf, startServer } from "./redis-cluster.ts";
import type { MeetingPlace } from "./redis-server.ts";
import { until } from "./talkers.ts";

/** Milliseconds for an election by the other masters; it takes two or three seconds. */
const electionMs = 10_000;

export class ReplicatedCluster implements MeetingPlace {
  readonly #cluster: RedisCluster;
  /** It and the first master take turns. */
  #replica: Master;

  private constructor(cluster: RedisCluster, replica: Master) {
    this.#cluster = cluster;
    this.#replica = replica;
  }

  static async start(): Promise<ReplicatedCluster> {
    const parts = await Promise.all([RedisCluster.start(), startServer()]);
    const all = new ReplicatedCluster(...parts);
    await all.#follow();
    return all;
  }

  get environment(): Readonly<Record<string, string>> {
    return this.#cluster.environment;
  }

  get topics(): readonly string[] {
    return this.#cluster.topics;
  }

  /** Ends the master without a word. @returns once the replica has its place */
  async killMaster(): Promise<void> {
    await this.#order();
    await this.#cluster.masters[0].kill();
    await this.#untilReplaced();
  }

  /** Starts the one that was killed again, as the replica of the other. */
  async restartReplica(): Promise<void> {
    await this.#replica.restart();
    await this.#untilReady();
  }

  /** Puts the replica in the place of the master, which goes on as its replica. */
  async failOver(): Promise<void> {
    await this.#order();
    await this.#untilGranted("CLUSTER", "FAILOVER");
    await this.#untilReplaced();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#cluster, this.#replica].map((each) => each[Symbol.asyncDispose]()));
  }

  async #follow(): Promise<void> {
    const [{ id, port, busPort }] = this.#cluster.masters;
    await this.#replica.command("CLUSTER", "MEET", "127.0.0.1", port, busPort);
    await this.#untilGranted("CLUSTER", "REPLICATE", id);
    await this.#untilReady();
  }

  /** What the replica refuses, as it does not know its master yet, or takes it for failed, it is asked again. */
  async #untilGranted(...command: readonly [string, ...string[]]): Promise<void> {
    const isGranted = (): Promise<boolean> =>
      this.#replica.command(...command).then(
        () => true,
        () => false,
      );
    await until(isGranted, `the replica refuses ${command.join(" ")}`);
  }

  /** Waits until the replica follows the master, and could take its place. */
  async #untilReady(): Promise<void> {
    const follows = async (): Promise<boolean> => {
      const [role, , , link] = (await this.#replica.command("ROLE")) as readonly unknown[];
      return role === "slave" && link === "connected";
    };
    await until(follows, "the replica does not follow the master");
    await this.#untilNamed([this.#cluster.masters[0], this.#replica]);
  }

  /** A master that stood still for long, as on a busy machine, may have been replaced already. */
  async #order(): Promise<void> {
    const [role] = (await this.#replica.command("ROLE")) as readonly unknown[];
    if (role === "master") this.#swap();
    await this.#untilReady();
  }

  #swap(): void {
    const { masters } = this.#cluster;
    [masters[0], this.#replica] = [this.#replica, masters[0]];
  }

  /** The replica is told to take the place where it has not been elected in time, as may be on a busy machine. */
  async #untilReplaced(): Promise<void> {
    const { masters } = this.#cluster;
    this.#swap();
    const due = performance.now() + electionMs;
    await this.#untilNamed([masters[0]], async () => {
      if (performance.now() > due)
        await masters[0].command("CLUSTER", "FAILOVER", "TAKEOVER").catch(() => undefined);
    });
  }

  /**
   * Waits until all masters name these first for some slots, and say that all is well.
   * @param meanwhile is called again and again until then
   */
  async #untilNamed(
    servers: readonly Master[],
    meanwhile: () => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    const { masters } = this.#cluster;
    const due = servers.map(({ port }) => port).join();
    const isNamedBy = async (master: Master): Promise<boolean> =>
      (await rangesOf(master)).some(([, , ...places]) => {
        const ports = places.map(([, port]) => port);
        return ports.slice(0, servers.length).join() === due;
      });
    await until(async () => {
      const areNamed = (await Promise.all(masters.map(isNamedBy))).every(Boolean);
      if (!areNamed) await meanwhile();
      return areNamed;
    }, "the replica does not take the place of the master");
    await this.#cluster.untilOk(masters.length + 1);
  }
}
