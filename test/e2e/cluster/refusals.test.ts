// What a Redis refuses is not what a Redis does that is away: each command by each way in which Redis can refuse it is told
// in the log and by /readyz, is never taken for a yes, and counts no more once it works.

import { afterEach, describe, expect, test } from "bun:test";
import { ClusterOfNodes } from "../../support/cluster.ts";
import { describeWith } from "../../support/missing.ts";
import { request } from "../../support/raw-http.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { type RedisServer, redisProgram } from "../../support/redis-server.ts";
import type { ServerProcess } from "../../support/server-process.ts";
import { until } from "../../support/talkers.ts";

const timeoutMs = 60_000;

type Node = ServerProcess & { readonly url: URL };

let cluster: ClusterOfNodes | undefined;

afterEach(async () => {
  await cluster?.[Symbol.asyncDispose]();
  cluster = undefined;
});

async function start(
  count = 2,
  ...args: readonly string[]
): Promise<readonly [RedisServer, Node, Node]> {
  cluster = await ClusterOfNodes.start(count, {}, ...args);
  const [one, other = one] = cluster.nodes;
  return [cluster.redis, one!, other!];
}

const readiness = async ({ url }: Node): Promise<string> =>
  (await request(url, "GET", "/readyz")).body;

const becomes = (node: Node, what: RegExp): Promise<void> =>
  until(async () => what.test(await readiness(node)), `/readyz does not say ${what}`);

/** A PeerJS client with a token of its own. @returns what it is told first, and its socket */
async function open({ url }: Node, id: string, token: string) {
  const socket = await RawSocket.open(url, `/peerjs?key=peerjs&id=${id}&token=${token}`);
  const first = (await socket.nextJson()) as { readonly type: string };
  return { socket, type: first.type };
}

/** Resolves once the one claim of an id is written, though it was granted while Redis refused. */
const claimed = (redis: RedisServer): Promise<void> =>
  until(
    async () => ((await redis.command("KEYS", "signalbox:claim:*")) as string[]).length === 1,
    "the claim is not written",
  );

/** Ways in which Redis refuses commands, and how each ends. */
const ways = {
  NOPERM: (command: string) => ({
    begin: ["ACL", "SETUSER", "default", `-${command}`],
    end: ["ACL", "SETUSER", "default", `+${command}`],
  }),
} as const;

describeWith(redisProgram, "Redis")("a command that Redis refuses", () => {
  describe("to a user without the right", () => {
    test.each(["eval", "set", "pexpire", "get", "publish", "subscribe"])(
      "is told, and works again: %s",
      async (command) => {
        const [redis, one, other] = await start();
        const { begin, end } = ways.NOPERM(command);
        await redis.command(begin[0]!, ...begin.slice(1));
        // Each of them is sent by then: claims, leases, looks, news of members.
        const first = open(one, "refused", "a");
        if (command === "set")
          await redis.command(
            "DEL",
            ...((await redis.command("KEYS", "signalbox:lease:*")) as string[]),
          );
        if (command === "subscribe") await redis.command("CLIENT", "KILL", "TYPE", "pubsub");
        const line = await Promise.any(
          [one, other].map((node) =>
            node.logged(
              ({ msg, command: of }) => /^Redis refuses/.test(msg) && of === command.toUpperCase(),
            ),
          ),
        );
        expect(line).toMatchObject({ level: "warn", problem: "NOPERM" });
        await Promise.any([becomes(one, /^degraded/), becomes(other, /^degraded/)]);
        await redis.command(end[0]!, ...end.slice(1));
        await Promise.all([becomes(one, /^ready/), becomes(other, /^ready/)]);
        await first.catch(() => undefined);
      },
      timeoutMs,
    );
  });

  test(
    "is never taken for a yes: an id that is known to be held elsewhere is refused, and settled once it can be",
    async () => {
      const [redis, one, other] = await start();
      await redis.command("ACL", "SETUSER", "default", "-eval");
      const holder = await open(one, "mine", "secret-a");
      expect(holder.type).toBe("OPEN");
      expect((await open(other, "mine", "secret-b")).type).toBe("ID-TAKEN");
      expect(await readiness(one)).toMatch(/^degraded/);
      // The client's own token moves it.
      expect((await open(other, "mine", "secret-a")).type).toBe("OPEN");
      await redis.command("ACL", "SETUSER", "default", "+eval");
      await Promise.all([becomes(one, /^ready/), becomes(other, /^ready/)]);
      await claimed(redis);
      expect((await open(one, "mine", "secret-c")).type).toBe("ID-TAKEN");
    },
    timeoutMs,
  );

  test(
    "because its memory is full is told, and works again once there is room",
    async () => {
      const [redis, one, other] = await start(2, "--maxmemory-policy", "noeviction");
      await redis.command("CONFIG", "SET", "maxmemory", "1");
      const holder = await open(one, "full", "secret-a");
      expect(holder.type).toBe("OPEN");
      await one.logged(({ msg, problem }) => /^Redis refuses/.test(msg) && problem === "OOM");
      expect((await open(other, "full", "secret-b")).type).toBe("ID-TAKEN");
      await redis.command("CONFIG", "SET", "maxmemory", "0");
      await Promise.all([becomes(one, /^ready/), becomes(other, /^ready/)]);
      await claimed(redis);
      expect((await open(other, "full", "secret-c")).type).toBe("ID-TAKEN");
    },
    timeoutMs,
  );

  test(
    "because a snapshot has failed is told: leases cannot be renewed, which is not silence",
    async () => {
      const [redis, one] = await start(2, "--save", "3600 1", "--dir", "/proc");
      await redis.command("SET", "something", "1");
      await redis.command("BGSAVE").catch(() => undefined);
      await one.logged(({ msg, problem }) => /^Redis refuses/.test(msg) && problem === "MISCONF");
      await becomes(one, /^degraded/);
      await redis.command("CONFIG", "SET", "stop-writes-on-bgsave-error", "no");
      await becomes(one, /^ready/);
    },
    timeoutMs,
  );

  test(
    "because it was renamed is told",
    async () => {
      const [, one] = await start(1, "--rename-command", "EVAL", "");
      expect((await open(one, "renamed", "a")).type).toBe("OPEN");
      await one.logged(
        ({ msg, command, problem }) =>
          /^Redis refuses/.test(msg) && command === "EVAL" && problem === "ERR",
      );
      await becomes(one, /^degraded/);
    },
    timeoutMs,
  );
});
