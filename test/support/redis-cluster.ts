// A real Redis Cluster of three masters on this machine, without replicas: one can be killed and started
// again, and slots can move from one to another.

import { slotOf } from "../../src/cluster/redis/slots.ts";
import { quietPort } from "./quiet-port.ts";
import { type ListeningRedis, type MeetingPlace, RedisServer } from "./redis-server.ts";
import { type Access, type Certificate, hostOf, trustIn, urlOf } from "./redis-tls.ts";
import { until } from "./talkers.ts";

type Place = readonly [host: string, port: number];

/** First slot, last slot, where its master is, and where replicas are. */
type Range = readonly [number, number, Place, ...Place[]];

const noRange: Range = [0, 0, ["", 0]];

const count = 3;
const slots = 16_384;

/** Milliseconds after which a master that does not answer is taken for failed by the others. */
const nodeTimeoutMs = 2000;

export type Master = ListeningRedis & {
  readonly id: string;
  /** Where the masters talk to each other. */
  readonly busPort: number;
};

type Masters = [Master, Master, Master];

export class RedisCluster implements MeetingPlace {
  readonly masters: Masters;
  readonly #access: Access;

  private constructor(masters: Masters, access: Access) {
    this.masters = masters;
    this.#access = access;
  }

  static async start(access: Access = {}): Promise<RedisCluster> {
    const [one, two, three] = [startServer(access), startServer(access), startServer(access)];
    const cluster = new RedisCluster(await Promise.all([one, two, three]), access);
    await cluster.#form();
    await cluster.untilOk();
    return cluster;
  }

  get environment(): Readonly<Record<string, string>> {
    const places = this.masters.map(({ port }) => `${hostOf(this.#access)}:${port}`);
    return {
      REDIS_URL: places.map((place) => urlOf(this.#access, place)).join(","),
      REDIS_CLUSTER: "true",
      ...trustIn(this.#access),
    };
  }

  get topics(): readonly string[] {
    const names = Array.from({ length: 100 }, (_, index) => `watch-${index}`);
    const masters = Map.groupBy(names, (name) =>
      Math.floor((slotOf(`{topic/${name}}`) * count) / slots),
    );
    return Array.from(masters.values(), ([name = ""]) => name);
  }

  /** From now on all masters show this certificate, and trust it. */
  async showCertificate({ path, key }: Certificate): Promise<void> {
    const settings = ["tls-cert-file", path, "tls-key-file", key, "tls-ca-cert-file", path];
    for (const master of this.masters) await master.command("CONFIG", "SET", ...settings);
  }

  /** Has all masters announced by a name in place of their address. */
  async announceNames(): Promise<void> {
    const names = ["cluster-announce-hostname", "localhost"];
    for (const master of this.masters)
      await master.command(
        "CONFIG",
        "SET",
        ...names,
        "cluster-preferred-endpoint-type",
        "hostname",
      );
  }

  /** Waits until all masters say that all is well, and know so many servers. */
  async untilOk(known: number = count): Promise<void> {
    const isOk = async (master: Master): Promise<boolean> => {
      const info = String(await master.command("CLUSTER", "INFO"));
      return info.includes("cluster_state:ok") && info.includes(`cluster_known_nodes:${known}`);
    };
    await until(
      async () => (await Promise.all(this.masters.map(isOk))).every(Boolean),
      "the Redis Cluster is not well",
    );
  }

  /** The master that serves the slot of a name. */
  async masterOf(name: string): Promise<Master> {
    const [any] = this.masters;
    const slot = Number(await any.command("CLUSTER", "KEYSLOT", name));
    const [, , [, port]] =
      (await rangesOf(any)).find(([from, to]) => slot >= from && slot <= to) ?? noRange;
    const master = this.masters.find((each) => each.port === port);
    if (master === undefined) throw new Error(`nobody serves ${name}`);
    return master;
  }

  /** Moves the slot of a name with its keys to another master, in the steps that `redis-cli` takes. */
  async move(name: string, to: Master): Promise<void> {
    const from = await this.masterOf(name);
    const slot = Number(await from.command("CLUSTER", "KEYSLOT", name));
    await to.command("CLUSTER", "SETSLOT", slot, "IMPORTING", from.id);
    await from.command("CLUSTER", "SETSLOT", slot, "MIGRATING", to.id);
    const keys = (await from.command("CLUSTER", "GETKEYSINSLOT", slot, 1000)) as string[];
    if (keys.length > 0)
      await from.command("MIGRATE", "127.0.0.1", to.port, "", 0, 5000, "KEYS", ...keys);
    for (const master of [to, from, ...this.masters.filter((each) => each !== to && each !== from)])
      await master.command("CLUSTER", "SETSLOT", slot, "NODE", to.id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.masters.map((master) => master[Symbol.asyncDispose]()));
  }

  async #form(): Promise<void> {
    const [first, ...others] = this.masters;
    for (const [index, master] of this.masters.entries()) {
      const range = [index, index + 1].map((each) => Math.floor((each * slots) / count));
      const [from = 0, end = 0] = range;
      await master.command("CLUSTER", "SET-CONFIG-EPOCH", index + 1);
      await master.command("CLUSTER", "ADDSLOTSRANGE", from, end - 1);
    }
    for (const { port, busPort } of others)
      await first?.command("CLUSTER", "MEET", "127.0.0.1", port, busPort);
  }
}

/** Who has which slots, as one of them sees it. */
export const rangesOf = async (server: Master): Promise<readonly Range[]> =>
  (await server.command("CLUSTER", "SLOTS")) as readonly Range[];

/** One that knows no other yet. */
export async function startServer(access: Access = {}): Promise<Master> {
  const busPort = quietPort();
  const isTls = access.certificate !== undefined;
  const server = await RedisServer.startOnPort(
    access,
    ...["--bind", "127.0.0.1", "--cluster-enabled", "yes", "--cluster-port", `${busPort}`],
    ...["--cluster-node-timeout", `${nodeTimeoutMs}`, "--tls-cluster", isTls ? "yes" : "no"],
    // A replica is ready within a second, and never too old to be a master.
    ...["--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1"],
    ...["--cluster-replica-validity-factor", "0"],
  );
  return Object.assign(server, { id: String(await server.command("CLUSTER", "MYID")), busPort });
}
