// The options of the y-webrtc protocol.

import { boolean, integer, type Option } from "../../options/option.ts";
import { frameLimit as limitOf } from "../frame-limit.ts";

export const frameLimit = limitOf("y-webrtc", "a client of y-webrtc");

export const directed: Option<boolean> = {
  name: "y-webrtc-directed",
  placeholder: "boolean",
  schema: boolean(),
  default: true,
  help: "send a y-webrtc signal only to the peer that it names; false sends it to the whole room, as y-webrtc's own server does",
};

export const maxTopics: Option<number> = {
  name: "y-webrtc-max-topics",
  placeholder: "number",
  schema: integer(1, 1_000_000),
  default: 128,
  help: "topics that one y-webrtc connection may subscribe to; one more closes it with 1008",
};

export const status: Option<boolean> = {
  name: "y-webrtc-status",
  placeholder: "boolean",
  schema: boolean(),
  default: false,
  help: "answer /api/signaling/status, which shows the names of all y-webrtc rooms to everybody",
};
