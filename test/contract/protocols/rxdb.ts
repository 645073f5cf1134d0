// The RxDB protocol, GET /rxdb: ids of the server's own, lists of members that have no words for who comes and goes,
// and signals to one. Nobody is told what does not arrive.

import type { Contract, Member } from "../contract.ts";

const signal = (from: Member, to: Member, data: string) => {
  const text = `{"type":"signal","room":"${from.topic}","senderPeerId":"${from.id}","receiverPeerId":"${to.id}","data":${data}}`;
  return { sent: text, read: text };
};

export const contract: Contract = {
  name: "rxdb",
  path: ({ token }) => `/rxdb?token=${token}`,
  greetings: ({ topic }) => [`{"type":"join","room":"${topic}"}`],
  welcome: (text) => /^\{"type":"init","yourPeerId":"([a-z]{12})"\}$/.exec(text)?.[1],
  isWelcomedFirst: true,
  // A signal to oneself.
  ping: (self) => signal(self, self, '"ping"'),
  relay: signal,
  hasTopics: true,
  silence: {
    end: { code: 1001, reason: "no sign of life" },
    environment: { RXDB_SILENT_SECONDS: "4" },
  },
  // Lists come at once, and not at some later moment of a case.
  environment: { RXDB_LIST_MS: "0" },
  hostile: ({ id }) => [
    '{"type":"join","room":"short"}',
    '{"type":"join","room":{"length":10}}',
    `{"type":"signal","senderPeerId":"aaaaaaaaaaaa","receiverPeerId":"${id}","data":1}`,
    '{"type":"joined","otherPeerIds":[]}',
  ],
};
