// The y-webrtc protocol, GET /signal: a client subscribes to a room and announces its id; a signal with a
// `to` is for one, everything else for all. Nobody is told who comes, goes, or cannot be reached.

import type { Contract } from "../contract.ts";

const publish = (topic: string, data: string) => {
  const sent = `{"type":"publish","topic":"${topic}","data":${data}`;
  return { sent: `${sent}}`, read: `${sent},"clients":0}` };
};

export const contract: Contract = {
  name: "y-webrtc",
  path: ({ token }) => `/signal?token=${token}`,
  greetings: ({ topic, id }) => [
    `{"type":"subscribe","topics":["${topic}"]}`,
    publish(topic, `{"type":"announce","from":"${id}"}`).sent,
  ],
  ping: () => ({ sent: '{"type":"ping"}', read: '{"type":"pong"}' }),
  steady: (text) => text.replace(/"clients":\d+\}$/, '"clients":0}'),
  relay: (from, to, payload) =>
    publish(
      from.topic,
      `{"to":"${to.id}","from":"${from.id}","type":"signal","signal":${payload}}`,
    ),
  broadcast: (from, payload) =>
    publish(from.topic, `{"type":"announce","from":"${from.id}","payload":${payload}}`),
  hasTopics: true,
  sameId: "shared",
  silence: { end: { code: 1001, reason: "no sign of life" } },
  hostile: ({ topic }) => [
    '{"type":"subscribe","topics":"x"}',
    `{"type":"subscribe","topics":["${"x".repeat(256)}"]}`,
    `{"type":"subscribe","topics":[${Array.from({ length: 500 }, (_, at) => `"${topic}-${at}"`)}]}`,
    `{"type":"unsubscribe","topics":["__proto__","${topic}",null,5]}`,
    '{"type":"publish","topic":{"a":1},"data":{}}',
    '{"type":"pong"}',
  ],
};
