// The options of the room protocol. Their names are those in the documents of its clients.

import * as v from "valibot";
import { integer, list, type Option, oneOf } from "../../options/option.ts";
import { frameLimit as limitOf } from "../frame-limit.ts";
import { isReserved, isTypeName, reservedTypes } from "./wire.ts";

const option = <Value>(declared: Option<Value>): Option<Value> => declared;

export const presenceTtl = option({
  name: "webrtc-room-presence-ttl",
  placeholder: "seconds",
  schema: integer(5, 3600),
  default: 30,
  help: "a participant without a sign of life is announced as gone within this time",
});

export const maxParticipants = option({
  name: "webrtc-max-participants-per-room",
  placeholder: "number",
  schema: integer(1, 1000),
  default: 50,
  help: "users in one room; another one gets the error ROOM_FULL and is closed with 1008",
});

export const maxConnectionsPerUser = option({
  name: "webrtc-max-connections-per-user",
  placeholder: "number",
  schema: integer(1, 1000),
  default: 8,
  help: "connections of one user in one room; with one more, the oldest is closed with 4003",
});

export const messagesPerSecond = option({
  name: "webrtc-messages-per-second",
  placeholder: "number",
  schema: integer(0, 100_000),
  default: 100,
  help: "messages per second that one connection may send to its room, in bursts of up to 20 seconds' worth; more are not relayed; 0 for no limit",
});

export const relayedTypes = option<readonly string[]>({
  name: "webrtc-relayed-types",
  isList: true,
  placeholder: "names",
  schema: v.pipe(
    list(
      isTypeName,
      "must be names with commas between them, each of up to 64 letters, digits, - and _",
    ),
    v.check(
      (names) => !names.some(isReserved),
      `must name no frame of the server's own: ${reservedTypes.join(", ").replace(/, (?=\w+$)/, " or ")}`,
    ),
  ),
  default: [
    "file-share-offer",
    "file-share-accept",
    "file-share-progress",
    "quality-update",
    "role-updated",
    "hand-raise-queue",
  ],
  help: "types of messages that pass in a room beside those of signaling, in the spelling of either address",
});

export const spelling = option<"path" | "underscore" | "hyphen">({
  name: "webrtc-spelling",
  placeholder: "spelling",
  schema: oneOf(["path", "underscore", "hyphen"]),
  default: "path",
  help: "how message types are spelled to clients: underscore, hyphen, or path for underscore at /webrtc/ws and hyphen at /ws/webrtc",
});

export const frameLimit = limitOf("webrtc", "a client of rooms");

/** In the order in which the help shows them. */
export const options: readonly Option<unknown>[] = [
  presenceTtl,
  maxParticipants,
  maxConnectionsPerUser,
  messagesPerSecond,
  relayedTypes,
  frameLimit.option,
  spelling,
];
