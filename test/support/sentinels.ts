// A real Redis with a replica, and three Sentinels, which put the replica in its place when it fails.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { Redis } from "ioredis";
import { quietPort } from "./quiet-port.ts";
import {
  type ListeningRedis,
  type MeetingPlace,
  RedisServer,
  redisProgram,
} from "./redis-server.ts";
import { type Access, accessSettings, hostOf, trustIn, urlOf } from "./redis-tls.ts";
import { until } from "./talkers.ts";

/** What the Sentinels call the master. */
const name = "mymaster";

/**
 * Milliseconds after which a master that does not answer is taken for failed: by the first, which the others
 * vote for. If all began at once, votes could be split, and it would take them seconds to try again.
 */
const downAfterMs = [1500, 6000, 6000];

/**
 * What Sentinels do again and again, in milliseconds: some of it takes seconds by default. One that does not
 * know of a failover takes the new master for a replica gone astray after four times PUBLISH-PERIOD. One that
 * stood still for longer than TILT-TRIGGER, as on a busy machine, does nothing at all for half a minute.
 * With the master down, replicas are asked each second, and are none to choose if their last answer is older than
 * five times PING-PERIOD.
 */
const periods = [
  "INFO-PERIOD 100",
  "PING-PERIOD 400",
  "ASK-PERIOD 100",
  "PUBLISH-PERIOD 500",
  "TILT-TRIGGER 60000",
];

/** With this, one that was told nothing of a failover for twelve seconds may undo it. */
const seldom = ["PUBLISH-PERIOD", "3000"];

export class Sentinels implements MeetingPlace {
  readonly topics = ["watch"];
  /** Those that were masters by turns, the present one first. */
  readonly servers: [ListeningRedis, ListeningRedis];
  readonly #sentinels: readonly Sentinel[];
  readonly #access: Access;

  private constructor(
    servers: [ListeningRedis, ListeningRedis],
    sentinels: readonly Sentinel[],
    access: Access,
  ) {
    this.servers = servers;
    this.#sentinels = sentinels;
    this.#access = access;
  }

  /** @param access to them, and to the servers */
  static async start(access: Access = {}): Promise<Sentinels> {
    const master = await startServer(access);
    const replica = await startServer(access, "--replicaof", "127.0.0.1", `${master.port}`);
    const sentinels = downAfterMs.map((ms) => new Sentinel(access, master.port, ms));
    const all = new Sentinels([master, replica], sentinels, access);
    await Promise.all(
      sentinels.map((sentinel) => sentinel.command("DEBUG", ...periods.join(" ").split(" "))),
    );
    await all.untilReady();
    // They know each other, and tell of a failover at once.
    await Promise.all(sentinels.map((sentinel) => sentinel.command("DEBUG", ...seldom)));
    return all;
  }

  get environment(): Readonly<Record<string, string>> {
    const places = this.#sentinels.map(({ port }) => `${hostOf(this.#access)}:${port}`);
    return {
      REDIS_URL: urlOf(this.#access, name),
      REDIS_SENTINELS: places.map((place) => urlOf(this.#access, place)).join(","),
      ...trustIn(this.#access),
    };
  }

  /** Ends the master without a word. @returns once all Sentinels name the other */
  async killMaster(): Promise<void> {
    await this.#order();
    await this.servers[0].kill();
    await this.#untilSwitched();
  }

  /** Starts the one that was killed again, as the replica of the other. */
  async restartReplica(): Promise<void> {
    await this.servers[1].restart("--replicaof", "127.0.0.1", `${this.servers[0].port}`);
    await this.untilReady();
  }

  /**
   * Puts the replica in the place of the master, which goes on as its replica. A Sentinel gives up where it has
   * not heard from the replica for three times INFO-PERIOD, as on a busy machine: it is asked again then.
   */
  async failOver(): Promise<void> {
    await this.#order();
    const [sentinel] = this.#sentinels;
    const [{ port }] = this.servers;
    const hasSwitched = async (): Promise<boolean> => {
      const master = await sentinel?.look();
      if (master?.flags === "master" && master.port === port)
        await sentinel?.command("FAILOVER", name).catch(() => undefined);
      return master?.port !== port;
    };
    await until(hasSwitched, "the Sentinel does not put the replica in the place of the master");
    await this.#untilSwitched();
  }

  /** From now on they tell where the master is by its address in place of its name. */
  async announceAddresses(): Promise<void> {
    for (const sentinel of this.#sentinels)
      await sentinel.command("CONFIG", "SET", "announce-hostnames", "no");
  }

  /** Waits until all Sentinels know each other and a replica that could be the master. */
  async untilReady(): Promise<void> {
    const isReady = async (sentinel: Sentinel): Promise<boolean> => {
      const { flags, others, replicas } = await sentinel.look();
      return flags === "master" && others === downAfterMs.length - 1 && replicas === 1;
    };
    await this.#untilAll(isReady, "the Sentinels are not ready");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      [...this.#sentinels, ...this.servers].map((each) => each[Symbol.asyncDispose]()),
    );
  }

  /** One that stood still for long, as on a busy machine, may have been replaced already. */
  async #order(): Promise<void> {
    await this.untilReady();
    const master = await this.#sentinels[0]?.look();
    if (master?.port === this.servers[1].port) this.servers.reverse();
  }

  async #untilSwitched(): Promise<void> {
    this.servers.reverse();
    const [{ port }] = this.servers;
    await this.#untilAll(
      async (sentinel) => (await sentinel.look()).port === port,
      "the Sentinels do not name the other",
    );
  }

  async #untilAll(isTrue: (each: Sentinel) => Promise<boolean>, otherwise: string): Promise<void> {
    await until(
      async () => (await Promise.all(this.#sentinels.map(isTrue))).every(Boolean),
      otherwise,
    );
  }
}

const startServer = (access: Access, ...args: readonly string[]): Promise<ListeningRedis> =>
  RedisServer.startOnPort(
    access,
    ...["--bind", "127.0.0.1", "--repl-diskless-sync-delay", "0"],
    ...["--replica-announce-ip", hostOf(access), ...args],
  );

export class Sentinel implements AsyncDisposable {
  readonly port = quietPort();
  readonly #folder = mkdtempSync(`${tmpdir()}/sentinel-`);
  readonly #process: Bun.Subprocess;
  readonly #admin: Redis;

  /** @param args further settings */
  constructor(access: Access, masterPort: number, downAfter: number, ...args: readonly string[]) {
    const path = `${this.#folder}/sentinel.conf`;
    const socket = `${this.#folder}/sentinel.sock`;
    const { password } = access;
    const settings = [
      "sentinel resolve-hostnames yes",
      "sentinel announce-hostnames yes",
      `sentinel monitor ${name} ${hostOf(access)} ${masterPort} 1`,
      `sentinel down-after-milliseconds ${name} ${downAfter}`,
      `sentinel failover-timeout ${name} 3000`,
      ...(password === undefined ? [] : [`sentinel auth-pass ${name} ${password}`]),
    ];
    writeFileSync(path, settings.join("\n"));
    const own = ["--port", "0", "--bind", "127.0.0.1", "--unixsocket", socket];
    const all = [...own, ...accessSettings(access, this.port), ...args];
    this.#process = Bun.spawn([redisProgram, path, "--sentinel", ...all], {
      stdin: "ignore",
      stdout: "ignore",
      stderr: "ignore",
    });
    const login = password === undefined ? {} : { password };
    this.#admin = new Redis({ path: socket, ...login, retryStrategy: () => 20 });
    // It may not listen yet.
    this.#admin.on("error", () => undefined);
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  async command(...args: readonly string[]): Promise<unknown> {
    return await this.#admin.call("SENTINEL", ...args);
  }

  /** What it knows of the master. */
  async look() {
    const fields = await this.#fields("MASTER");
    const replicas = (await this.command("REPLICAS", name)) as readonly (readonly string[])[];
    const ready = replicas.map(asMap).filter((each) => each.get("master-link-status") === "ok");
    return {
      flags: fields.get("flags"),
      port: Number(fields.get("port")),
      others: Number(fields.get("num-other-sentinels")),
      replicas: ready.length,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#admin.disconnect();
    this.#process.kill("SIGKILL");
    await this.#process.exited;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #fields(what: string): Promise<ReadonlyMap<string, string>> {
    return asMap((await this.command(what, name)) as readonly string[]);
  }
}

/** From names and values by turns. */
function asMap(list: readonly string[]): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (let index = 0; index + 1 < list.length; index += 2)
    map.set(list[index] ?? "", list[index + 1] ?? "");
  return map;
}
