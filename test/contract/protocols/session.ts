// The session protocol, GET /ws?space={space}: ids of the server's own, messages to one or to the space.

import type { Contract, Member } from "../contract.ts";

const error = ({ id }: Member, text: string, code: string): string =>
  `{"type":"error","sessionId":"${id}","error":"${text}","errorCode":"${code}","timestamp":0}`;

export const contract: Contract = {
  name: "session",
  path: ({ topic, token }) => `/ws?space=${topic}&token=${token}`,
  welcome: (text) => /^\{"type":"connected","sessionId":"(ws_\w+)"/.exec(text)?.[1],
  ping: ({ id }) => ({
    sent: '{"type":"ping","timestamp":1}',
    read: `{"type":"pong","sessionId":"${id}","clientTimestamp":1,"serverTimestamp":0}`,
  }),
  steady: (text) => text.replace(/"(timestamp|serverTimestamp)":\d{13}\}$/, '"$1":0}'),
  relay: (from, to, payload) => ({
    sent: `{"type":"webrtc_offer","targetSession":"${to.id}","sdp":${payload}}`,
    read: `{"type":"webrtc_offer","targetSession":"${to.id}","sdp":${payload},"sourceSession":"${from.id}"}`,
  }),
  broadcast: (from, payload) => ({
    sent: `{"type":"webrtc_seek_broadcaster","payload":${payload}}`,
    read: `{"type":"webrtc_seek_broadcaster","payload":${payload},"sourceSession":"${from.id}"}`,
  }),
  failures: {
    absent: (from, to) => error(from, `Target session not found: ${to.id}`, "TARGET_NOT_FOUND"),
    dropped: (from, to) => error(from, `Message to session dropped: ${to.id}`, "DROPPED"),
  },
  forbidden: (from) => error(from, "Not allowed by the token", "FORBIDDEN"),
  tooFast: (self) => error(self, "Too many messages: some are not relayed", "TOO_FAST"),
  tooLarge: (self, maxBytes) =>
    error(self, `Message over ${maxBytes} bytes`, "MESSAGE_HANDLING_ERROR"),
  hasTopics: true,
  silence: {
    end: { code: 1000, reason: "Session timeout" },
    environment: { SESSION_IDLE_SECONDS: "4" },
  },
  hostile: () => [
    '{"type":"connected","sessionId":"x"}',
    '{"type":"configure","requirements":{"__proto__":{"a":1}},"settings":[[]]}',
    `{"type":"configure","settings":${"[".repeat(8000)}${"]".repeat(8000)}}`,
    '{"type":"webrtc_ice","targetSession":{"a":1},"sourceSession":["x"]}',
  ],
};
