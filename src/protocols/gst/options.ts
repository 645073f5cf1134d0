// What an operator may set of the GStreamer protocol.

import { integer, type Option } from "../../options/option.ts";
import { frameLimit as limitOf } from "../frame-limit.ts";

export const maxMetaBytes: Option<number> = {
  name: "gst-max-meta-bytes",
  placeholder: "bytes",
  schema: integer(2, 65_536),
  default: 4096,
  help: "longest meta of a GStreamer peer, as JSON; a longer one is refused with an error",
};

export const maxListBytes: Option<number> = {
  name: "gst-max-list-bytes",
  placeholder: "bytes",
  schema: integer(1024, 1_073_741_824),
  // That of --max-queued-bytes: a list fits into a queue.
  default: 1_048_576,
  help: "longest list of the GStreamer producers of a space, and of its consumers; one more is refused with an error",
};

export const maxSessions: Option<number> = {
  name: "gst-max-sessions",
  placeholder: "number",
  schema: integer(1, 1_000_000),
  // webrtcsink encodes for each consumer: a machine is busy long before.
  default: 1000,
  help: "sessions of one GStreamer peer at the same time; another one is refused with an error",
};

export const frameLimit = limitOf("gst", "a GStreamer peer");

/** In the order in which the help shows them. */
export const options: readonly Option<unknown>[] = [
  maxMetaBytes,
  maxListBytes,
  maxSessions,
  frameLimit.option,
];
