// How nodes connect to Redis: by its address, through Sentinels, or to a Redis Cluster.

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
import { RedisCarrier } from "./redis-carrier.ts";
import { ShardedCarrier } from "./sharded-carrier.ts";
import type { Endpoint } from "./slots.ts";

/** Milliseconds for a connection to be made. */
const connectMs = 5000;

/** Longest wait between two tries to connect, and for an answer to a command, of a Sentinel too. */
const maxWaitMs = 2000;

type Options = Omit<RedisOptions, "replyMapping">;

type Connect = SentinelConnector["connect"];
type ConnectToSentinel = (place: SentinelAddress, options?: object) => Redis;

/**
 * Asks Sentinels where the master is. ioredis says of them no more than that their connections were closed, and
 * writes what else goes wrong with them to standard error: here it is heard, and told when none has an answer.
 */
class SentinelFinder extends SentinelConnector {
  #problem: Error | undefined;

  /** @param options those of the connection to the master, which ioredis hands over without a type */
  constructor(options: unknown) {
    super(options as SentinelConnectionOptions);
    // Private there, as all of it that knows of these connections is.
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
 * @param password in place of that in the address
 * @param leaseMs within a third of it, a node notices that Redis is gone, and that it is back
 */
export function carrierOf(
  target: RedisTarget,
  password: string | undefined,
  leaseMs: number,
): Carrier {
  const waitMs = Math.min(maxWaitMs, leaseMs / 3);
  const retryMs = (tries: number): number =>
    Math.random() * Math.min(waitMs, 50 * 2 ** Math.min(tries, 10)) + 10;
  const optionsFor = (address: RedisAddress): Options =>
    commonOptions(address, password, waitMs, retryMs);
  switch (target.kind) {
    case "one": {
      const options = { ...optionsFor(target.address), ...placeOf(target.address) };
      return new RedisCarrier(() => new Redis(options));
    }
    case "found": {
      const options = { ...optionsFor(target.master), ...foundBy(target.sentinels, target.master) };
      return new RedisCarrier(() => new Redis(options));
    }
    case "cluster": {
      const { seeds } = target;
      const options = optionsFor(seeds[0]);
      const connect = ({ host, port }: Endpoint): Redis => new Redis({ ...options, host, port });
      return new ShardedCarrier({ seeds, connect, retryMs });
    }
  }
}

/** Whatever is perishable is neither queued nor sent twice. */
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
    // What has no answer when a connection ends has failed; ioredis would forget it, and not say so.
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
    // What ioredis calls so is whether the master has it.
    enableTLSForSentinelMode: master.isTls,
    failoverDetector: true,
    Connector: SentinelFinder,
  };
}
