// What an operator may set of the PeerJS protocol, under the names that PeerServer has for it.

import {
  boolean,
  integer,
  type Option,
  path as pathSchema,
  pathSegment,
} from "../../options/option.ts";

const option = <Value>(declared: Option<Value>): Option<Value> => declared;

export const path = option({
  name: "peerjs-path",
  placeholder: "path",
  schema: pathSchema(),
  default: "/",
  help: "path under which PeerJS clients are served; they call it path, too",
});

export const key = option({
  name: "peerjs-key",
  placeholder: "key",
  schema: pathSegment(),
  default: "peerjs",
  help: "key that PeerJS clients must name",
});

export const expireTimeout = option({
  name: "peerjs-expire-timeout",
  placeholder: "milliseconds",
  schema: integer(1, 3_600_000),
  default: 5000,
  help: "how long messages wait for a PeerJS peer that is not there yet",
});

export const aliveTimeout = option({
  name: "peerjs-alive-timeout",
  placeholder: "milliseconds",
  schema: integer(1, 86_400_000),
  default: 60_000,
  help: "silence after which a PeerJS peer is taken for gone",
});

export const concurrentLimit = option({
  name: "peerjs-concurrent-limit",
  placeholder: "number",
  schema: integer(0, 10_000_000),
  default: 0,
  help: "PeerJS peers at one time, further ones are refused; 0 for no limit",
});

export const allowDiscovery = option({
  name: "peerjs-allow-discovery",
  placeholder: "boolean",
  schema: boolean(),
  default: false,
  help: "whether PeerJS clients may list all ids; true or false",
});

/** In the order in which the help shows them. */
export const options: readonly Option<unknown>[] = [
  path,
  key,
  expireTimeout,
  aliveTimeout,
  concurrentLimit,
  allowDiscovery,
];
