// What an operator may set of the RxDB protocol.

import { integer, type Option } from "../../options/option.ts";
import { frameLimit as limitOf } from "../frame-limit.ts";

export const silentSeconds: Option<number> = {
  name: "rxdb-silent-seconds",
  placeholder: "seconds",
  schema: integer(2, 86_400),
  default: 120,
  help: "close an RxDB client after this long without a sign of life",
};

export const listMs: Option<number> = {
  name: "rxdb-list-ms",
  placeholder: "milliseconds",
  schema: integer(0, 10_000),
  default: 10,
  help: "send the members of an RxDB room one list for all who join and leave within this time; 0 sends a list for each",
};

export const maxRooms: Option<number> = {
  name: "rxdb-max-rooms",
  placeholder: "number",
  schema: integer(1, 1_000_000),
  default: 128,
  help: "rooms that one RxDB connection may join; one more closes it with 1008",
};

export const maxRoomMembers: Option<number> = {
  name: "rxdb-max-room-members",
  placeholder: "number",
  schema: integer(1, 10_000),
  // Each member connects to all others, and Chromium has at most 500 peer connections in a process.
  default: 500,
  help: "members of one RxDB room; another one is closed with 1013",
};

export const frameLimit = limitOf("rxdb", "an RxDB client");

/** In the order in which the help shows them. */
export const options: readonly Option<unknown>[] = [
  silentSeconds,
  listMs,
  maxRooms,
  maxRoomMembers,
  frameLimit.option,
];
