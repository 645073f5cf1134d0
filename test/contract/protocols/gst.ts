// The GStreamer protocol, GET /gst/{space}. What reaches everybody is the status of a peer. Sessions, in which one
// talks to another, begin with an answer of the server: test/e2e/wire has them.

import type { Contract, Member } from "../contract.ts";

const roles = '["listener","producer"]';

const status = ({ id }: Member, shownRoles: string, meta = "null"): string =>
  `{"type":"peerStatusChanged","roles":${shownRoles},"meta":${meta},"peerId":"${id}"}`;

const refusal = (details: string): string => JSON.stringify({ type: "error", details });

/** A status that says the same again is told to nobody. */
let turns = 0;

export const contract: Contract = {
  name: "gst",
  path: ({ topic, token }) => `/gst/${topic}?token=${token}`,
  greetings: () => [`{"type":"setPeerStatus","roles":${roles}}`, '{"type":"list"}'],
  welcome: (text) => /^\{"type":"welcome","peerId":"([0-9a-f-]{36})"\}$/.exec(text)?.[1],
  ping: () => ({
    sent: '{"type":"startSession","peerId":"ping"}',
    read: refusal("Peer with ID 'ping' not found"),
  }),
  // A payload travels as a string, since GStreamer's elements do not read all JSON that there is.
  steady: (text) =>
    text.replace(/"payload":("(?:[^"\\]|\\.)*")/g, (_, raw) => `"payload":${JSON.parse(raw)}`),
  broadcast: (from, payload) => {
    const meta = (shown: string) => `{"turn":${turns},"payload":${shown}}`;
    turns++;
    return {
      sent: `{"type":"setPeerStatus","roles":${roles},"meta":${meta(JSON.stringify(payload))}}`,
      read: status(from, roles, meta(payload)),
    };
  },
  showsOnly: true,
  hasEcho: true,
  tooFast: () => refusal("Too many messages: some are not relayed"),
  // Beside it there is little in the meta of a peer, which is bounded.
  maxPayloadBytes: 4000,
  tooLarge: (_, maxBytes) => refusal(`Message over ${maxBytes} bytes`),
  membership: {
    joined: (member) => status(member, roles),
    left: (member) => status(member, "[]"),
    listed: (text) =>
      text.startsWith('{"type":"list"')
        ? [...text.matchAll(/"id":"([0-9a-f-]{36})"/g)].map(([, id]) => `${id}`)
        : undefined,
  },
  hasTopics: true,
  silence: { end: { code: 1001, reason: "no sign of life" } },
  environment: { GST_MAX_META_BYTES: "65536" },
  hostile: ({ id }) => [
    '{"type":"newPeer"}',
    '{"type":"setPeerStatus","roles":["producer","consumer"]}',
    `{"type":"startSession","peerId":"${id}","offer":"v=0"}`,
    '{"type":"peer","sessionId":"x","sdp":{"type":"offer","sdp":""}}',
    '{"type":"endSessionV1_1","sessionId":"x","error":"x"}',
    '{"type":"setProtocolVersion","version":"v1_1"}',
  ],
};
