// The matchbox protocol, GET /matchbox/{room}: ids of the server's own, and signals to one. Those who are there are told
// of a newcomer, who is told of nobody. Nobody is told what does not arrive.

import type { Contract, Member } from "../contract.ts";

const signal = (from: Member, to: Member, data: string) => ({
  sent: `{"Signal":{"receiver":"${to.id}","data":${data}}}`,
  read: `{"Signal":{"sender":"${from.id}","data":${data}}}`,
});

export const contract: Contract = {
  name: "matchbox",
  path: ({ topic, token }) => `/matchbox/${topic}?token=${token}`,
  welcome: (text) => /^\{"IdAssigned":"([0-9a-f-]{36})"\}$/.exec(text)?.[1],
  // A signal to oneself.
  ping: (self) => signal(self, self, '"ping"'),
  relay: signal,
  hasTopics: true,
  silence: { end: { code: 1001, reason: "no sign of life" } },
  hostile: ({ id }) => [
    '"KeepAlive"',
    '{"Signal":null}',
    `{"Signal":{"receiver":"${id}"}}`,
    '{"Signal":{"receiver":{"length":36},"data":1}}',
    '{"IdAssigned":"x"}',
    '{"NewPeer":"x"}',
  ],
};
