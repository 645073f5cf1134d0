// A Nostr relay, GET /nostr: subscriptions to tags, and events to everybody who has one, the sender too.

import { hashOf, type NostrEvent } from "../../../src/protocols/nostr/wire.ts";
import type { Contract } from "../contract.ts";

let serial = 0;

/** An event with a tag. Its signature is not checked. */
export function eventIn(topic: string, content: string, kind = 20_001): NostrEvent {
  const pubkey = "a".repeat(64);
  const event = { pubkey, created_at: ++serial, kind, tags: [["x", topic]], content };
  return { id: hashOf(event), ...event, sig: "b".repeat(128) };
}

export const contract: Contract = {
  name: "nostr",
  path: ({ token }) => `/nostr?token=${token}`,
  greetings: ({ topic }) => [`["REQ","own",{"kinds":[20001],"#x":["${topic}"]}]`],
  ping: ({ topic }) => ({
    sent: `["REQ","ping",{"#p":["${topic}-ping"]}]`,
    read: '["EOSE","ping"]',
  }),
  broadcast({ topic }, payload) {
    // An event passes as it was written, with what it has beside.
    const event = `${JSON.stringify(eventIn(topic, "")).slice(0, -1)},"payload":${payload}}`;
    return { sent: `["EVENT",${event}]`, read: `["EVENT","own",${event}]` };
  },
  hasEcho: true,
  receipt: ({ sent }) => `["OK","${JSON.parse(sent)[1].id}",true,""]`,
  forbidden: (_from, _to, _isBroadcast, sent) =>
    `["OK","${JSON.parse(sent)[1].id}",false,"restricted: not allowed by the token"]`,
  hasTopics: true,
  tooLarge: (_, maxBytes) => `["NOTICE","invalid: message over ${maxBytes} bytes"]`,
  tooFast: () => '["NOTICE","rate-limited: slow down"]',
  silence: { end: { code: 1001, reason: "no sign of life" } },
  hostile: ({ topic }) => [
    '["REQ"]',
    '["REQ","x"]',
    '["REQ","x",{}]',
    '["REQ","x",{"#x":5}]',
    `["REQ","${"x".repeat(65)}",{"#x":["a"]}]`,
    `["REQ","x",{"#x":["${"x".repeat(300)}"]}]`,
    '["EVENT",null]',
    '["EVENT",{"id":"x"}]',
    `["EVENT",${JSON.stringify({ ...eventIn(topic, "a"), content: "b" })}]`,
    `["EVENT",${JSON.stringify(eventIn(topic, "stored", 1))}]`,
    '["CLOSE",5]',
    '["AUTH","x"]',
    "{}",
  ],
};
