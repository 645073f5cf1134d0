// The frames, errors and closes of the room protocol.

import {
  type Description,
  type ErrorDescription,
  exact,
  type FrameDescription,
  type FrameSchema,
  integer,
  list,
  literal,
  oneOf,
  open,
  text,
} from "../description.ts";
import { closings, type frames, type RoomErrorCode, reservedTypes } from "./wire.ts";

/** In both spellings. */
const spelled = (type: string): FrameSchema => oneOf(type, type.replaceAll("_", "-"));

const inEnvelope = (type: FrameSchema, payload: FrameSchema): FrameSchema =>
  exact({ type, sender_id: text, room_id: text, timestamp: text, payload });

const reserved = [...new Set(reservedTypes.flatMap((type) => spelled(type).enum ?? []))];

const user = { user_id: text, username: text };

const errors: Readonly<Record<RoomErrorCode, ErrorDescription>> = {
  INVALID_MESSAGE: {
    when: "no JSON object, an unknown type, a payload that is no object, or a token that is refused",
  },
  TARGET_NOT_FOUND: { when: "the user is not in the room, or is oneself" },
  FORBIDDEN: {
    when: "[the rights](../authentication.md#rights) of the token do not allow this",
  },
  DELIVERY_FAILED: {
    when: "the user does not read, and its queue is full; or its node is out of reach",
  },
  RATE_LIMIT_EXCEEDED: {
    when: "a connection says more than `WEBRTC_MESSAGES_PER_SECOND`, or after a rest more than those of 20 s at once: some is not relayed. It may go on after `retry_after` seconds, and is told no sooner again",
  },
  ROOM_FULL: {
    when: "the room has `WEBRTC_MAX_PARTICIPANTS_PER_ROOM` users; then closed with 1008 `Room full`",
  },
  INTERNAL_ERROR: { when: "a fault of the server; then closed with 1011" },
};

const state =
  '{"room_id":"my-room","participants":[{"user_id":"alice","username":"Alice","joined_at":"2026-11-27T12:00:00.000Z"}],"participant_count":1}';
const example = (type: string, sender: string, payload: string): string =>
  `{"type":"${type}","sender_id":"${sender}","room_id":"my-room","timestamp":"2026-11-27T12:00:00.000Z","payload":${payload}}`;
const event = '{"user_id":"alice","username":"Alice","timestamp":"2026-11-27T12:00:00.000Z"}';

const fromServer = {
  state: {
    from: "server",
    about: "who is in the room: first, and after each change",
    schema: inEnvelope(
      spelled("room_state"),
      exact({
        room_id: text,
        participants: list(exact({ ...user, joined_at: text })),
        participant_count: integer,
      }),
    ),
    example: example("room_state", "server", state),
  },
  joined: {
    from: "server",
    about: "a user has come",
    schema: inEnvelope(spelled("user_joined"), exact({ ...user, timestamp: text })),
    example: example("user_joined", "server", event),
  },
  left: {
    from: "server",
    about: "a user has gone",
    schema: inEnvelope(spelled("user_left"), exact({ ...user, timestamp: text })),
    example: example("user_left", "server", event),
  },
  relayed: {
    from: "server",
    about: "from another user; the payload is as it was written",
    schema: inEnvelope({ type: "string", not: { enum: reserved } }, open({})),
    example: example("offer", "alice", '{"type":"offer","sdp":"v=0","target_user_id":"bob"}'),
  },
  error: {
    from: "server",
    about: "what became of a frame of the client",
    schema: inEnvelope(
      literal("error"),
      exact({ code: oneOf(...Object.keys(errors)), message: text, details: open({}) }),
    ),
    example: example(
      "error",
      "server",
      '{"code":"TARGET_NOT_FOUND","message":"this user is not in the room","details":{"target_user_id":"bob"}}',
    ),
  },
} satisfies Readonly<Record<keyof typeof frames, FrameDescription>>;

export const description: Description = {
  page: "rooms",
  title: "Rooms",
  addresses: ["/webrtc/ws/{room_id}", "/ws/webrtc/{room_id}"],
  parameters: { room_id: "1 to 100 letters, digits, `-` and `_`" },
  query: {
    spelling: "`underscore` or `hyphen`: how types are spelled; if unset, by the path",
    token: "a JSON Web Token, which is always needed",
  },
  frames: {
    ...fromServer,
    send: {
      from: "client",
      about: "to `target_user_id`, or to everybody else",
      schema: open(
        { type: text, payload: open({ target_user_id: text }, "target_user_id"), timestamp: text },
        "timestamp",
      ),
      example: '{"type":"offer","payload":{"type":"offer","sdp":"v=0","target_user_id":"bob"}}',
    },
    token: {
      from: "client",
      about: "a fresh token of the same user, before the old one is over",
      schema: open({ type: literal("token"), payload: open({ token: text }) }),
      example: '{"type":"token","payload":{"token":"eyJ…"}}',
    },
  },
  errors,
  closes: Object.values(closings),
};
