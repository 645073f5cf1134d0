// What an operator may set of the y-webrtc protocol.

import { boolean, integer, type Option } from "../../options/option.ts";

export const directed: Option<boolean> = {
  name: "y-webrtc-directed",
  placeholder: "boolean",
  schema: boolean(),
  default: true,
  help: "whether a y-webrtc signal goes only to the peers whose id it names; else to the room; true or false",
};

export const maxTopics: Option<number> = {
  name: "y-webrtc-max-topics",
  placeholder: "number",
  schema: integer(1, 1_000_000),
  default: 128,
  help: "topics of one y-webrtc connection; a further one closes it with 1008",
};

export const status: Option<boolean> = {
  name: "y-webrtc-status",
  placeholder: "boolean",
  schema: boolean(),
  default: false,
  help: "whether /api/signaling/status tells everybody the names of all y-webrtc rooms; true or false",
};
