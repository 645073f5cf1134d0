// The options of the session protocol.

import { integer, type Option } from "../../options/option.ts";
import { frameLimit as limitOf } from "../frame-limit.ts";

export const frameLimit = limitOf("session", "a session");

export const sessionLimit: Option<number> = {
  name: "session-limit",
  placeholder: "number",
  schema: integer(0, 10_000_000),
  default: 0,
  help: "sessions at /ws at the same time; another one is closed with 1013; 0 for no limit",
};

export const sessionIdleSeconds: Option<number> = {
  name: "session-idle-seconds",
  placeholder: "seconds",
  schema: integer(2, 86_400),
  default: 300,
  help: "close a session at /ws with 1000 if it sends nothing and answers no ping for this long",
};
