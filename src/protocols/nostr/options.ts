// What an operator may set of the Nostr protocol.

import { integer, type Option } from "../../options/option.ts";
import { frameLimit as limitOf } from "../frame-limit.ts";

export const frameLimit = limitOf("nostr", "a Nostr client");

export const maxSubscriptions: Option<number> = {
  name: "nostr-max-subscriptions",
  placeholder: "number",
  schema: integer(1, 10_000),
  default: 64,
  help: "subscriptions of one Nostr connection; a REQ for one more is answered with CLOSED",
};

export const maxEventAgeSeconds: Option<number> = {
  name: "nostr-max-event-age-seconds",
  placeholder: "seconds",
  schema: integer(0, 31_536_000),
  // Clocks of clients are wrong now and then, and trystero's events are none the worse for it.
  default: 0,
  help: "refuse Nostr events that were created longer ago than this, or as far in the future; 0 takes all",
};

export const maxTopics: Option<number> = {
  name: "nostr-max-topics",
  placeholder: "number",
  schema: integer(1, 100_000),
  default: 2000,
  help: "values that all filters of one Nostr connection may have, tags, kinds, ids and authors; a REQ for more is answered with CLOSED",
};
