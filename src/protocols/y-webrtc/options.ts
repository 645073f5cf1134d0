// What an operator may set of the y-webrtc protocol.

import { integer, type Option, oneOf } from "../../option.ts";

const onOff = oneOf(["on", "off"]);

export const directed: Option<"on" | "off"> = {
  name: "y-webrtc-directed",
  placeholder: "on|off",
  schema: onOff,
  default: "on",
  help: "whether a y-webrtc signal goes only to the peers whose id it names, and not to the room",
};

export const maxTopics: Option<number> = {
  name: "y-webrtc-max-topics",
  placeholder: "number",
  schema: integer(1, 1_000_000),
  default: 128,
  help: "topics of one y-webrtc connection; a further one closes it with 1008",
};

export const status: Option<"on" | "off"> = {
  name: "y-webrtc-status",
  placeholder: "on|off",
  schema: onOff,
  default: "off",
  help: "whether /api/signaling/status tells everybody the names and sizes of all y-webrtc rooms",
};
