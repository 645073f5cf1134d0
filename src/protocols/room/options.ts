// What an operator may set of the room protocol, under the names that the documents of its clients have.

import { integer, type Option, oneOf } from "../../options/option.ts";

const option = <Value>(declared: Option<Value>): Option<Value> => declared;

export const presenceTtl = option({
  name: "webrtc-room-presence-ttl",
  placeholder: "seconds",
  schema: integer(5, 3600),
  default: 30,
  help: "time within which a participant of a room that shows no sign of life is announced as gone",
});

export const maxParticipants = option({
  name: "webrtc-max-participants-per-room",
  placeholder: "number",
  schema: integer(1, 1000),
  default: 50,
  help: "users in one room; a further one is closed with 1008, after an error ROOM_FULL",
});

export const messagesPerSecond = option({
  name: "webrtc-messages-per-second",
  placeholder: "number",
  schema: integer(0, 100_000),
  default: 100,
  help:
    "messages that one connection may send to its room, after a rest those of 20 seconds at once; " +
    "further ones are not relayed; 0 for no limit",
});

export const spelling = option<"path" | "underscore" | "hyphen">({
  name: "webrtc-spelling",
  placeholder: "spelling",
  schema: oneOf(["path", "underscore", "hyphen"]),
  default: "path",
  help: "how types of frames are spelled to clients: underscore, hyphen, or path for that of its address",
});

/** In the order in which the help shows them. */
export const options: readonly Option<unknown>[] = [
  presenceTtl,
  maxParticipants,
  messagesPerSecond,
  spelling,
];
