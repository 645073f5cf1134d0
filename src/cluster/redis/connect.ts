// How a node connects to Redis: by its address, by asking Sentinels, or to all masters of a Redis Cluster.

import {
  Redis,
  type RedisOptions,
  type SentinelAddress,
  type SentinelConnectionOptions,
  SentinelConnector,
} from "ioredis";
import type { Carrier } from "../carrier.ts";
import type { RedisTarget } from "../options.ts";
import type { RedisAddress, TcpAddress } from "./address.ts";
import { boundReads } from "./bounded-reads.ts";
import { RedisCarrier } from "./redis-carrier.ts";
import type { RefusedCommands } from "./refused-commands.ts";
import { ShardedCarrier } from "./sharded-carrier.ts";
import type { Endpoint } from "./slots.ts";

/** Milliseconds that connecting may take. */
const connectMs = 5000;

/** Longest wait between two tries to connect, and for the reply to a command of Redis or a Sentinel. */
const maxWaitMs = 2000;

type Options = Omit<RedisOptions, "replyMapping">;

type Connect = SentinelConnector["connect"];
type ConnectToSentinel = (place: SentinelAddress, options?: object) => Redis;

/**
 * Asks Sentinels for the master. ioredis only reports that all connections to them were closed, and writes the reason
 * to standard error. This remembers the reason, and reports it if no Sentinel answers.
 */
class SentinelFinder extends SentinelConnector {
  #problem: Error | undefined;

  /** @param options of the connection to the master; ioredis does not declare their type */
  constructor(options: unknown) {
    super(options as SentinelConnectionOptions);
    // A private method of ioredis: nothing public knows these connections.
    const connectToSentinel: ConnectToSentinel = this["connectToSentinel"].bind(this);
    this["connectToSentinel"] = (...how: Parameters<ConnectToSentinel>): Redis =>
      connectToSentinel(...how).on("error", (error) => {
        this.#problem = error;
      });
  }

  override connect(emit: Parameters<Connect>[0]): ReturnType<Connect> {
    this.#problem = undefined;
    return super.connect((type, error) => {
      if (type !== "error") return emit(type, error);
      emit(type, this.#problem ?? error);
      this.#problem = undefined;
    });
  }
}

/**
 * @param password used instead of the one in the address
 * @param refused is told which commands Redis refuses
 * @param leaseMs the node notices within a third of it that Redis is gone, and that it is back
 */
export function carrierOf(
  target: RedisTarget,
  password: string | undefined,
  leaseMs: number,
  refused: RefusedCommands,
): Carrier {
  const waitMs = Math.min(maxWaitMs, leaseMs / 3);
  const retryMs = (tries: number): number =>
    Math.random() * Math.min(waitMs, 50 * 2 ** Math.min(tries, 10)) + 10;
  const optionsFor = (address: RedisAddress): Options =>
    commonOptions(address, password, waitMs, retryMs);
  switch (target.kind) {
    case "one": {
      const options = { ...optionsFor(target.address), ...placeOf(target.address) };
      return new RedisCarrier(() => client(options), refused);
    }
    case "found": {
      const options = { ...optionsFor(target.master), ...foundBy(target.sentinels, target.master) };
      return new RedisCarrier(() => client(options), refused);
    }
    case "cluster": {
      const { seeds } = target;
      const options = optionsFor(seeds[0]);
      const connect = ({ host, port }: Endpoint): Redis => client({ ...options, host, port });
      return new ShardedCarrier({ seeds, connect, retryMs, refused });
    }
  }
}

function client(options: Options): Redis {
  const redis = new Redis(options);
  return redis.on("connect", () => boundReads(redis));
}

/** Signaling messages perish, so nothing is queued or sent twice. */
function commonOptions(
  first: RedisAddress,
  password: string | undefined,
  waitMs: number,
  retryMs: (tries: number) => number,
): Options {
  const secret = password ?? first.password;
  return {
    ...(first.username !== undefined && { username: first.username }),
    ...(secret !== undefined && { password: secret }),
    db: first.db,
    ...("isTls" in first && first.isTls && { tls: {} }),
    connectionName: "signalbox",
    connectTimeout: connectMs,
    socketTimeout: waitMs,
    retryStrategy: retryMs,
    sentinelRetryStrategy: retryMs,
    sentinelCommandTimeout: waitMs,
    // A command without a reply fails when its connection ends. With other values ioredis drops it in silence.
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    lazyConnect: true,
  };
}

const placeOf = (address: RedisAddress): Options =>
  "path" in address ? { path: address.path } : { host: address.host, port: address.port };

function foundBy(sentinels: readonly TcpAddress[], master: TcpAddress): Options {
  const [login] = sentinels;
  return {
    name: master.host,
    sentinels: sentinels.map(({ host, port }) => ({ host, port })),
    ...(login?.username !== undefined && { sentinelUsername: login.username }),
    ...(login?.password !== undefined && { sentinelPassword: login.password }),
    ...(login?.isTls === true && { sentinelTLS: {} }),
    // Despite its name, this is about the master.
    enableTLSForSentinelMode: master.isTls,
    failoverDetector: true,
    Connector: SentinelFinder,
  };
}
