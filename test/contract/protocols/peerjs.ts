// The PeerJS protocol, GET /peerjs?id=…: ids of the clients' own choice, which are those of the whole server.
// A message to somebody who is not there waits for a while.

import type { Contract } from "../contract.ts";

export const contract: Contract = {
  name: "peerjs",
  path: ({ id, token }) => `/peerjs?key=peerjs&id=${id}&token=${token}&version=1.5.5`,
  welcome: (text, { id }) => (text === '{"type":"OPEN"}' ? id : undefined),
  // A message to oneself.
  ping: ({ id }) => ({
    sent: `{"type":"ANSWER","dst":"${id}"}`,
    read: `{"type":"ANSWER","src":"${id}","dst":"${id}"}`,
  }),
  relay: (from, to, payload) => ({
    sent: `{"type":"OFFER","dst":"${to.id}","payload":${payload}}`,
    read: `{"type":"OFFER","src":"${from.id}","dst":"${to.id}","payload":${payload}}`,
  }),
  failures: {
    absent: (from, to) => `{"type":"EXPIRE","src":"${to.id}","dst":"${from.id}"}`,
    dropped: (from, to) => `{"type":"EXPIRE","src":"${to.id}","dst":"${from.id}"}`,
  },
  forbidden: (from, to) => `{"type":"EXPIRE","src":"${to.id}","dst":"${from.id}"}`,
  tooLarge: (_, maxBytes) =>
    `{"type":"ERROR","payload":{"msg":"Message is larger than ${maxBytes} bytes"}}`,
  hasTopics: false,
  sameId: {
    older: { code: 4000, reason: "another socket has taken over this id" },
    refused: { code: 1008, reason: "ID is taken" },
  },
  silence: {
    end: { code: 1001, reason: "no sign of life" },
    environment: { PEERJS_ALIVE_TIMEOUT: "4000" },
  },
  environment: { PEERJS_EXPIRE_TIMEOUT: "500" },
  hostile: ({ id }) => [
    '{"type":"OPEN"}',
    '{"type":"LEAVE"}',
    `{"type":"EXPIRE","src":"x","dst":"${id}"}`,
    '{"type":"OFFER","dst":{"a":1},"payload":1}',
  ],
};
