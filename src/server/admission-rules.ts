// What `Admission` goes by, as the settings say it.

import { connectionsByFiles, defaultMemoryLimit } from "../observe/resources.ts";
import type { Settings } from "../options/option.ts";
import type { AddressLimits } from "./address-table.ts";
import * as option from "./admission-options.ts";
import { ClientAddresses } from "./client-addresses.ts";
import { maxConnections } from "./options.ts";
import { Origins } from "./origins.ts";

export interface AdmissionRules {
  readonly origins: Origins;
  readonly clients: ClientAddresses;
  readonly addressLimits: AddressLimits;
  /** Of all clients; 0 for no limit. */
  readonly connectsPerSecond: number;
  /** No limit is `Infinity`. */
  readonly maxConnections: number;
  readonly memoryLimitBytes: number;
}

export function admissionRules(settings: Settings): AdmissionRules {
  const limit = settings(maxConnections);
  const memory = settings(option.memoryLimit);
  return {
    origins: new Origins(settings(option.allowedOrigins)),
    clients: new ClientAddresses(settings(option.trustedProxies)),
    addressLimits: {
      connections: settings(option.connectionsPerAddress),
      requestsPerSecond: settings(option.connectsPerSecondPerAddress),
    },
    connectsPerSecond: settings(option.connectsPerSecond),
    maxConnections: Math.min(limit === 0 ? Number.POSITIVE_INFINITY : limit, connectionsByFiles()),
    memoryLimitBytes: memory === undefined ? defaultMemoryLimit() : memory * 2 ** 20,
  };
}
