// What trystero's ws-relay speaks at y-webrtc's addresses: topics of its own, where everybody, the sender
// too, reads what is published.

import type { Contract } from "../contract.ts";

export const contract: Contract = {
  name: "y-webrtc, trystero's relay",
  path: ({ token }) => `/?token=${token}`,
  greetings: ({ topic }) => [`{"type":"subscribe","topic":"${topic}"}`],
  ping: () => ({ sent: '{"type":"ping"}', read: '{"type":"pong"}' }),
  broadcast: ({ topic }, payload) => ({
    sent: `{"type":"publish","topic":"${topic}","payload":${payload}}`,
    read: `{"topic":"${topic}","payload":${payload}}`,
  }),
  hasEcho: true,
  hasTopics: true,
  silence: { end: { code: 1001, reason: "no sign of life" } },
  hostile: ({ topic }) => [
    '{"type":"subscribe","topic":["x"]}',
    `{"type":"subscribe","topic":"${"x".repeat(256)}"}`,
    `{"type":"unsubscribe","topic":"${topic}"}`,
    '{"type":"publish","topic":5,"payload":1}',
  ],
};
