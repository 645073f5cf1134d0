// Which Redis is meant: one, the one that Sentinels find, or a Redis Cluster.

import type { Check, Settings } from "../../options/option.ts";
import { redisCluster, redisSentinels, redisUrl } from "../options.ts";
import type { Address, TcpAddress } from "./address.ts";

export type Target =
  | { readonly kind: "one"; readonly address: Address }
  | {
      readonly kind: "found";
      /** Its host is the name by which Sentinels know it. */
      readonly master: TcpAddress;
      readonly sentinels: readonly TcpAddress[];
    }
  | { readonly kind: "cluster"; readonly seeds: readonly [TcpAddress, ...TcpAddress[]] };

/** @returns nothing where none is set, and a text where what is set makes no sense */
export function targetOf(settings: Settings): Target | string | undefined {
  const addresses = settings(redisUrl);
  const sentinels = settings(redisSentinels);
  if (addresses === undefined) return missingUrl(settings(redisCluster), sentinels !== undefined);
  const [first, ...others] = addresses;
  if (settings(redisCluster)) return clusterAt(addresses, sentinels !== undefined);
  if (others.length > 0)
    return "--redis-url names several addresses, and --redis-cluster is not set";
  if (sentinels === undefined) return { kind: "one", address: first };
  if ("path" in first) return "--redis-sentinels need redis://<name of the master>";
  return { kind: "found", master: first, sentinels };
}

/** What must hold between the options of the cluster. */
export const checks: readonly Check[] = [
  {
    of: [redisUrl, redisCluster, redisSentinels],
    problems: (settings) => {
      const target = targetOf(settings);
      return typeof target === "string" ? [target] : [];
    },
  },
];

function missingUrl(isCluster: boolean, hasSentinels: boolean): string | undefined {
  if (hasSentinels) return "--redis-sentinels need --redis-url redis://<name of the master>";
  return isCluster ? "--redis-cluster needs --redis-url" : undefined;
}

function clusterAt(
  [first, ...others]: readonly [Address, ...Address[]],
  hasSentinels: boolean,
): Target | string {
  if (hasSentinels) return "--redis-cluster needs no Sentinels: set it, or --redis-sentinels";
  if (!isSeed(first) || !others.every(isSeed))
    return "--redis-cluster needs addresses with hosts, and knows no databases";
  return { kind: "cluster", seeds: [first, ...others] };
}

const isSeed = (address: Address): address is TcpAddress =>
  !("path" in address) && address.db === 0;
