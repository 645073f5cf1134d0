// What an operator may set of who is let in.

import { integer, list, type Option } from "../options/option.ts";
import { isNetwork, privateNetworks } from "./client-addresses.ts";
import { isOriginPattern } from "./origins.ts";

const option = <Value>(declared: Option<Value>): Option<Value> => declared;

export const trustedProxies = option<readonly string[]>({
  name: "trusted-proxies",
  isReloaded: true,
  isList: true,
  placeholder: "networks",
  schema: list(
    isNetwork,
    "must be addresses or networks like 10.0.0.0/8, with commas between them",
  ),
  default: privateNetworks,
  help:
    "networks whose X-Forwarded-For or Forwarded header is believed, and whose own addresses have no limits; " +
    "loopback and private networks if unset",
});

export const connectionsPerAddress = option({
  name: "connections-per-address",
  isReloaded: true,
  placeholder: "number",
  schema: integer(0, 10_000_000),
  default: 1000,
  help: "WebSocket connections of one address, or of one /64 of IPv6; one more gets 429; 0 for no limit",
});

export const connectsPerSecondPerAddress = option({
  name: "connects-per-second-per-address",
  isReloaded: true,
  placeholder: "number",
  schema: integer(0, 1_000_000),
  default: 50,
  help:
    "requests and upgrades of one address; after a rest, what 20 seconds allow at once; beyond that it gets 429; " +
    "0 for no limit",
});

export const connectsPerSecond = option({
  name: "connects-per-second",
  isReloaded: true,
  placeholder: "number",
  schema: integer(0, 1_000_000),
  default: 2000,
  help:
    "upgrades of all clients together; after a rest, what 20 seconds allow at once; beyond that they get 503; " +
    "0 for no limit",
});

export const memoryLimit = option<number | undefined>({
  name: "memory-limit",
  isReloaded: true,
  placeholder: "MiB",
  schema: integer(32, 16_777_216),
  default: undefined,
  help:
    "resident memory from which new clients get 503, until it is below again; three quarters of the container's or " +
    "the machine's memory if unset",
});

export const allowedOrigins = option<readonly string[]>({
  name: "allowed-origins",
  isReloaded: true,
  isList: true,
  placeholder: "origins",
  schema: list(
    isOriginPattern,
    "must be origins like https://example.org or https://*.example.org, *, or null, with commas between them",
  ),
  default: ["*"],
  help:
    "pages that may use this server, by their origin; those of others get 403; * for any, and null only if it is " +
    "named; the server's own pages always may",
});

export const admissionOptions: readonly Option<unknown>[] = [
  trustedProxies,
  connectionsPerAddress,
  connectsPerSecondPerAddress,
  connectsPerSecond,
  memoryLimit,
  allowedOrigins,
];
