// The topic protocol, GET /ws/{topic}: ids of the server's own, a list of peers, and messages to one.

import type { Contract } from "../contract.ts";

const error = (code: string, message: string): string =>
  `{"type":"error","code":"${code}","message":"${message}"}`;

export const contract: Contract = {
  name: "topic",
  path: ({ topic, token }) => `/ws/${topic}?token=${token}`,
  welcome: (text) => /^\{"type":"welcome","selfId":"(\w{26})"\}$/.exec(text)?.[1],
  ping: () => ({ sent: '{"type":"ping"}', read: error("invalid_type", "unknown message type") }),
  relay: (from, to, payload) => ({
    sent: `{"type":"offer","to":"${to.id}","payload":${payload}}`,
    read: `{"type":"offer","from":"${from.id}","payload":${payload}}`,
  }),
  failures: {
    absent: () => error("target_not_found", "peer not found"),
    dropped: () => error("dropped", "delivery failed"),
  },
  forbidden: () => error("forbidden", "your token does not allow this"),
  tooFast: () => error("too_fast", "slow down"),
  membership: {
    joined: ({ id }) => `{"type":"peer-joined","peerId":"${id}"}`,
    left: ({ id }) => `{"type":"peer-left","peerId":"${id}"}`,
    listed: (text) =>
      text.startsWith('{"type":"peer-list"')
        ? [...text.matchAll(/"id":"(\w+)"/g)].map(([, id]) => `${id}`)
        : undefined,
  },
  hasTopics: true,
  silence: { end: { code: 1001, reason: "no sign of life" } },
  hostile: () => ['{"type":"offer","to":""}', '{"type":"peer-joined","peerId":"x"}'],
};
