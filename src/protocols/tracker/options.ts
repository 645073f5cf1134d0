// What an operator may set of the tracker.

import { integer, type Option } from "../../options/option.ts";
import { frameLimit as limitOf } from "../frame-limit.ts";

export const frameLimit = limitOf("tracker", "a tracker client");

export const intervalSeconds: Option<number> = {
  name: "tracker-interval-seconds",
  placeholder: "seconds",
  // A client that announces more often only costs; an hour is what HTTP trackers ask for at most.
  schema: integer(5, 3600),
  default: 120,
  help: "time that tracker clients are told to leave between two announces",
};

export const maxSwarms: Option<number> = {
  name: "tracker-max-swarms",
  placeholder: "number",
  // A connection leaves all of them at once when it closes.
  schema: integer(1, 10_000),
  default: 1000,
  help: "swarms that one tracker connection may be in, each counted once for every peer_id; an announce in one more is refused",
};
