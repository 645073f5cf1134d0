// What an operator may set of the matchbox protocol.

import { integer, type Option, path as pathSchema } from "../../options/option.ts";
import { frameLimit as limitOf } from "../frame-limit.ts";

export const path: Option<string> = {
  name: "matchbox-path",
  placeholder: "path",
  schema: pathSchema(),
  default: "/matchbox",
  help: "path under which matchbox clients find their rooms; / for games that have the address of a server of their own built in",
};

export const maxRoomMembers: Option<number> = {
  name: "matchbox-max-room-members",
  placeholder: "number",
  schema: integer(1, 10_000),
  // Each member connects to all others, and Chromium has at most 500 peer connections in a process.
  default: 500,
  help: "members of one matchbox room, or of one group of ?next=N; another one is closed with 1013",
};

export const frameLimit = limitOf("matchbox", "a matchbox client");

/** In the order in which the help shows them. */
export const options: readonly Option<unknown>[] = [path, maxRoomMembers, frameLimit.option];
