// The room protocol, GET /webrtc/ws/{room_id}: a user's id is its token's, and nobody comes without one.

import type { Contract, Member } from "../contract.ts";

/** @param payload JSON, as it is written */
const frame = (type: string, room: string, sender: string, payload: string): string =>
  `{"type":"${type}","sender_id":"${sender}","room_id":"${room}","timestamp":"now","payload":${payload}}`;

const ofServer = (type: string, room: string, payload: object): string =>
  frame(type, room, "server", JSON.stringify(payload));

const error = (room: string, code: string, message: string, details = {}): string =>
  ofServer("error", room, { code, message, details });

const event = (type: string, { topic, id }: Member): string =>
  ofServer(type, topic, { user_id: id, username: id, timestamp: "now" });

export const contract: Contract = {
  name: "room",
  path: ({ topic, token }) => `/webrtc/ws/${topic}?token=${token}`,
  welcome: (text, { id }) => (text.startsWith('{"type":"room_state"') ? id : undefined),
  ping: ({ topic }) => ({
    sent: '{"type":"ping"}',
    read: error(topic, "INVALID_MESSAGE", "this type is not relayed"),
  }),
  steady: (text) => text.replace(/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/g, '"now"'),
  relay(from, to, payload) {
    const relayed = `{"target_user_id":"${to.id}","payload":${payload}}`;
    return {
      sent: `{"type":"offer","payload":${relayed}}`,
      read: frame("offer", from.topic, from.id, relayed),
    };
  },
  broadcast: (from, payload) => ({
    sent: `{"type":"chat_message","payload":{"text":${payload}}}`,
    read: frame("chat_message", from.topic, from.id, `{"text":${payload}}`),
  }),
  failures: {
    absent: ({ topic }, { id }) =>
      error(topic, "TARGET_NOT_FOUND", "this user is not in the room", { target_user_id: id }),
    dropped: ({ topic }, { id }) =>
      error(
        topic,
        "DELIVERY_FAILED",
        "the queue of this user is full, or its server cannot be reached",
        {
          target_user_id: id,
        },
      ),
  },
  forbidden: ({ topic }, { id }, isBroadcast) =>
    error(
      topic,
      "FORBIDDEN",
      "your token does not allow this",
      isBroadcast ? {} : { target_user_id: id },
    ),
  tooFast: ({ topic }) =>
    error(topic, "RATE_LIMIT_EXCEEDED", "too many messages: some are not relayed", {
      retry_after: 1,
    }),
  tooLarge: ({ topic }, maxBytes) =>
    error(topic, "INVALID_MESSAGE", `a message has at most ${maxBytes} bytes`, {}),
  membership: {
    joined: (member) => event("user_joined", member),
    left: (member) => event("user_left", member),
    listed: (text) =>
      text.startsWith('{"type":"room_state"')
        ? [...text.matchAll(/"user_id":"([^"]+)"/g)].map(([, id]) => `${id}`)
        : undefined,
  },
  hasTopics: true,
  sameId: "shared",
  asksForTokens: true,
  silence: {
    end: { code: 1001, reason: "no sign of life" },
    environment: { WEBRTC_ROOM_PRESENCE_TTL: "7" },
  },
  environment: { WEBRTC_MESSAGES_PER_SECOND: "0" },
  hostile: () => [
    '{"type":"token","payload":{"token":"a.b.c"}}',
    '{"type":"room_state","payload":{"participants":[]}}',
    '{"type":"offer","payload":[],"sender_id":"server"}',
  ],
};
