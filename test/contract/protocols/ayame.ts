// The Ayame protocol, GET /signaling: two in a room. Ann and bob of a topic share one, cid and dan another, and whoever
// else comes is alone. What one says goes to the other, and nobody is told what does not arrive.

import type { Contract, Member, Seat } from "../contract.ts";

/** Where clients of these names sit. */
const pairs: Readonly<Record<string, string>> = { ann: "ab", bob: "ab", cid: "cd", dan: "cd" };

function roomOf({ topic, id }: Seat): string {
  const name = id.slice(topic.length + 1);
  return `${topic}-${pairs[name] ?? name}`;
}

const offer = (payload: string): string => `{"type":"offer","sdp":${payload}}`;

export const contract: Contract = {
  name: "ayame",
  path: ({ token }) => `/signaling?token=${token}`,
  greetings: (seat) => [`{"type":"register","roomId":"${roomOf(seat)}"}`],
  welcome: (text) => /^\{"type":"accept","connectionId":"(\w{26})"/.exec(text)?.[1],
  ping: () => ({ sent: '{"type":"ping"}', read: '{"type":"pong"}' }),
  relay: (_from: Member, _to: Member, payload) => ({ sent: offer(payload), read: offer(payload) }),
  isPair: true,
  hasTopics: true,
  silence: {
    end: { code: 1001, reason: "no sign of life" },
    environment: { AYAME_SILENT_SECONDS: "4" },
  },
  // A ping would come at some moment of a case.
  environment: { AYAME_PING_SECONDS: "3600" },
  hostile: () => [
    '{"type":"register"}',
    '{"type":"register","roomId":"again"}',
    '{"type":"bye"}',
    '{"type":"accept","isExistClient":true}',
    '{"type":{"length":4}}',
    "joined first",
    "left",
  ],
};
