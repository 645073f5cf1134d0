// What an operator may set of the Ayame protocol.

import { integer, type Option } from "../../options/option.ts";
import { frameLimit as limitOf } from "../frame-limit.ts";

export const pingSeconds: Option<number> = {
  name: "ayame-ping-seconds",
  placeholder: "seconds",
  schema: integer(1, 3600),
  default: 5,
  help: "time between two pings that an Ayame client is sent; clients take a server that sends none for gone",
};

export const silentSeconds: Option<number> = {
  name: "ayame-silent-seconds",
  placeholder: "seconds",
  schema: integer(2, 86_400),
  default: 60,
  help: "close an Ayame client after this long without a sign of life",
};

export const frameLimit = limitOf("ayame", "an Ayame client");

/** In the order in which the help shows them. */
export const options: readonly Option<unknown>[] = [pingSeconds, silentSeconds, frameLimit.option];
