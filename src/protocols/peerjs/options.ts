// The options of the PeerJS protocol. Their names are those of PeerServer.

import {
  boolean,
  integer,
  type Option,
  path as pathSchema,
  pathSegment,
} from "../../options/option.ts";
import { frameLimit as limitOf } from "../frame-limit.ts";

const option = <Value>(declared: Option<Value>): Option<Value> => declared;

export const path = option({
  name: "peerjs-path",
  placeholder: "path",
  schema: pathSchema(),
  default: "/",
  help: "path under which PeerJS clients are served; the same as path in their options",
});

export const key = option({
  name: "peerjs-key",
  placeholder: "key",
  schema: pathSegment(),
  default: "peerjs",
  help: "key that PeerJS clients must use; the same as key in their options",
});

export const expireTimeout = option({
  name: "peerjs-expire-timeout",
  placeholder: "milliseconds",
  schema: integer(1, 3_600_000),
  default: 5000,
  help: "how long a message waits for a PeerJS peer that is not connected yet; then its sender gets EXPIRE",
});

export const aliveTimeout = option({
  name: "peerjs-alive-timeout",
  placeholder: "milliseconds",
  schema: integer(1, 86_400_000),
  default: 60_000,
  help: "close a PeerJS peer after this long without a sign of life",
});

export const concurrentLimit = option({
  name: "peerjs-concurrent-limit",
  placeholder: "number",
  schema: integer(0, 10_000_000),
  default: 0,
  help: "PeerJS peers at the same time; another one is refused; 0 for no limit",
});

export const allowDiscovery = option({
  name: "peerjs-allow-discovery",
  placeholder: "boolean",
  schema: boolean(),
  default: false,
  help: "let PeerJS clients list the ids of all peers (listAllPeers)",
});

export const frameLimit = limitOf("peerjs", "a PeerJS client");

/** In the order in which the help shows them. */
export const options: readonly Option<unknown>[] = [
  path,
  key,
  expireTimeout,
  aliveTimeout,
  concurrentLimit,
  frameLimit.option,
  allowDiscovery,
];
