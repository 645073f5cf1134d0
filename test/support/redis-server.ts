// A real Redis in a process of its own, on a socket in a folder of its own, or on a port too. It can be
// killed, paused, and started again at the same address, with nothing kept.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { Redis } from "ioredis";
import { quietPort } from "./quiet-port.ts";
import { type Access, accessSettings } from "./redis-tls.ts";
import { until } from "./talkers.ts";

/** Where the program is; tests that need it are skipped without. */
export const redisProgram = "/usr/bin/redis-server";

/** Where nodes meet: one Redis, or several. */
export interface MeetingPlace extends AsyncDisposable {
  /** What a node must be told to find it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Names of topics, one for each Redis: what is said in topics of different ones has no order. */
  readonly topics: readonly string[];
}

export type ListeningRedis = RedisServer & { readonly port: number };

export class RedisServer implements MeetingPlace {
  readonly topics = ["watch"];
  readonly #folder = mkdtempSync(`${tmpdir()}/redis-`);
  readonly #args: readonly string[];
  #process: Bun.Subprocess<"ignore", "pipe", "ignore">;
  #admin: Redis | undefined;
  #login: { readonly password?: string } = {};

  private constructor(args: readonly string[]) {
    this.#args = args;
    this.#process = this.#spawn();
  }

  /** @param args further settings: `--maxmemory 2mb` */
  static async start(...args: readonly string[]): Promise<RedisServer> {
    const redis = new RedisServer(args);
    await redis.#ready();
    return redis;
  }

  /** The same on a port too. */
  static async startOnPort(
    access: Access = {},
    ...args: readonly string[]
  ): Promise<ListeningRedis> {
    const port = quietPort();
    const redis = await RedisServer.start(...accessSettings(access, port), ...args);
    if (access.password !== undefined) redis.#login = { password: access.password };
    return Object.assign(redis, { port });
  }

  get #socket(): string {
    return `${this.#folder}/redis.sock`;
  }

  /** As for REDIS_URL. */
  get url(): string {
    return `unix://${this.#socket}`;
  }

  get environment(): Readonly<Record<string, string>> {
    return { REDIS_URL: this.url };
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  /** Ends it without a word; nothing is kept. */
  async kill(): Promise<void> {
    this.#admin?.disconnect();
    this.#admin = undefined;
    this.#process.kill("SIGKILL");
    await this.#process.exited;
  }

  /** Starts it again, at the same address. @param args further settings */
  async restart(...args: readonly string[]): Promise<void> {
    this.#process = this.#spawn(args);
    await this.#ready();
  }

  /** A command of an operator. */
  async command(name: string, ...args: readonly (string | number)[]): Promise<unknown> {
    this.#admin ??= new Redis(this.#socket, this.#login);
    return await this.#admin.call(name, ...args);
  }

  /** Ends all connections but that of the operator; they may come again. */
  async killConnections(): Promise<void> {
    for (const type of ["normal", "pubsub"])
      await this.command("CLIENT", "KILL", "TYPE", type, "SKIPME", "yes");
  }

  /** Waits until a key is to last longer than before. */
  async renewed(key: string): Promise<void> {
    let last = Number.POSITIVE_INFINITY;
    const isRenewed = async (): Promise<boolean> => {
      const before = last;
      last = Number(await this.command("PTTL", key));
      return last > before;
    };
    await until(isRenewed, `${key} is not renewed`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #spawn(args: readonly string[] = []) {
    rmSync(this.#socket, { force: true });
    const own = ["--port", "0", "--unixsocket", this.#socket, "--dir", this.#folder, "--save", ""];
    return Bun.spawn([redisProgram, ...own, ...this.#args, ...args], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "ignore",
    });
  }

  /** Resolves when it says so in its log, the rest of which nobody reads. */
  async #ready(): Promise<void> {
    let text = "";
    for await (const more of this.#process.stdout.pipeThrough(new TextDecoderStream())) {
      text += more;
      if (text.includes("now ready to accept connections")) return;
    }
    throw new Error(`Redis has not started: ${text}`);
  }
}
