// The protocol of WebTorrent trackers, GET /tracker: a swarm that a client announces itself in, and answers to one
// other. Nobody is told who comes, goes, or cannot be reached; offers go to members by chance.

import { type Fields, failed } from "../../support/tracker-frames.ts";
import type { Contract, Member } from "../contract.ts";

/** Names are 20 bytes; what tells them apart stands at their end. */
const binary = (name: string): string => name.padEnd(20, "-").slice(-20);

const message = ({ topic, id }: Member, fields: Fields): string =>
  JSON.stringify({
    action: "announce",
    info_hash: binary(topic),
    peer_id: binary(id),
    ...fields,
  });

const offer = { offer: { type: "offer", sdp: "x" }, offer_id: "1" };

export const contract: Contract = {
  name: "tracker",
  path: ({ token }) => `/tracker?token=${token}`,
  greetings: (seat) => [message(seat, { event: "started", left: 1, offers: [] })],
  ping: () => ({
    sent: '{"action":"ping"}',
    read: JSON.stringify(failed("invalid action in WS request: ping")),
  }),
  relay(from, to, payload) {
    const answer = `{"type":"answer","sdp":${payload}}`;
    const sent = message(from, { to_peer_id: binary(to.id), offer_id: "1" });
    return {
      sent: `${sent.slice(0, -1)},"answer":${answer}}`,
      read:
        `{"action":"announce","answer":${answer},"offer_id":"1",` +
        `"peer_id":"${binary(from.id)}","info_hash":"${binary(from.topic)}"}`,
    };
  },
  forbidden: ({ topic }) =>
    JSON.stringify({ ...failed("not allowed by the token"), info_hash: binary(topic) }),
  tooFast: () => JSON.stringify(failed("too many messages")),
  tooLarge: (_, maxBytes) => JSON.stringify(failed(`message over ${maxBytes} bytes`)),
  hasTopics: true,
  silence: { end: { code: 1001, reason: "no sign of life" } },
  hostile: (self) => [
    message(self, { offers: [offer, null] }),
    message(self, { offers: Array(200).fill(offer) }),
    message(self, { event: "stopped", offers: [offer] }),
    message(self, { answer: {}, to_peer_id: "x" }),
    message({ ...self, id: "evil" }, { answer: {}, to_peer_id: binary(self.id) }),
    JSON.stringify({ action: "scrape", info_hash: Array(300).fill(binary(self.topic)) }),
    '{"action":"scrape","info_hash":{"length":20}}',
  ],
};
