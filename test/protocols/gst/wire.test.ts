// Which messages of GStreamer peers are read, and what of them.

import { describe, expect, test } from "bun:test";
import { parse } from "../../../src/protocols/gst/wire.ts";

const nest = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const sdp = '"sdp":{"type":"offer","sdp":"v=0"}';
const ice = '"ice":{"candidate":"","sdpMLineIndex":0}';

describe("a message", () => {
  test.each([
    ['{"type":"setProtocolVersion","version":"v1_1"}', { version: "v1_1" }],
    ['{"type":"setPeerStatus","roles":[]}', { status: { roles: [], meta: "null" } }],
    [
      '{"type":"setPeerStatus","roles":["listener","producer","listener"],"meta":{"a": 1.0},"peerId":5}',
      { status: { roles: ["listener", "producer"], meta: '{"a": 1.0}' } },
    ],
    ['{"type":"list","more":1}', {}],
    ['{"type":"listConsumers"}', {}],
    ['{"type":"startSession","peerId":"x"}', { peerId: "x", offer: "null" }],
    ['{"type":"startSession","peerId":"","offer":null}', { peerId: "", offer: "null" }],
    ['{"type":"startSession","peerId":"x","offer":"v=0\\n"}', { peerId: "x", offer: '"v=0\\n"' }],
    [`{"type":"peer","sessionId":"s",${sdp}}`, { sessionId: "s", holds: "offer" }],
    [`{"type":"peer","sessionId":"s",${ice}}`, { sessionId: "s", holds: "ice" }],
    [`{"type":"peer","sessionId":"s",${ice},"a":1,"a":2}`, { sessionId: "s", holds: "ice" }],
    ['{"type":"endSession","sessionId":"s"}', { sessionId: "s", error: "null" }],
    ['{"type":"endSession","sessionId":"s","error":"x"}', { sessionId: "s", error: "null" }],
    [
      '{"type":"endSessionV1_1","sessionId":"s","error":"x"}',
      { type: "endSession", sessionId: "s", error: '"x"' },
    ],
  ])("is read: %s", (text, parsed) => {
    expect(parse(text)).toEqual({ type: JSON.parse(text).type, ...parsed } as never);
  });

  const peer = (rest: string) => `{"type":"peer","sessionId":"s",${rest}}`;
  test.each([
    ...["", "?", "null", "5", "[]", '"list"', "{}", '{"type":null}', '{"type":["list"]}'],
    ...['{"type":"newPeer"}', '{"type":"welcome","peerId":"x"}', '{"type":"LIST"}'],
    '{"type":"setProtocolVersion"}',
    '{"type":"setProtocolVersion","version":"1.1"}',
    '{"type":"setProtocolVersion","version":1}',
    '{"type":"setPeerStatus"}',
    '{"type":"setPeerStatus","roles":null}',
    '{"type":"setPeerStatus","roles":"producer"}',
    '{"type":"setPeerStatus","roles":{"0":"producer","length":1}}',
    '{"type":"setPeerStatus","roles":["producer","robot"]}',
    '{"type":"setPeerStatus","roles":["__proto__"]}',
    '{"type":"setPeerStatus","roles":[["producer"]]}',
    '{"type":"setPeerStatus","roles":[],"meta":"\\ud800"}',
    '{"type":"setPeerStatus","roles":[],"meta":1e400}',
    `{"type":"setPeerStatus","roles":[],"meta":${nest(125)}}`,
    '{"type":"startSession"}',
    '{"type":"startSession","peerId":5}',
    '{"type":"startSession","peerId":"\\ud800"}',
    '{"type":"startSession","peerId":"x","offer":{"type":"offer","sdp":""}}',
    '{"type":"startSession","peerId":"x","offer":"\\ud800"}',
    `{"type":"peer",${sdp}}`,
    `{"type":"peer","sessionId":null,${sdp}}`,
    '{"type":"peer","sessionId":"s"}',
    peer(`${sdp},${ice}`),
    peer('"sdp":null'),
    peer('"sdp":"v=0"'),
    peer('"sdp":[]'),
    peer('"sdp":{"sdp":"v=0"}'),
    peer('"sdp":{"type":"offer"}'),
    peer('"sdp":{"type":"pranswer","sdp":""}'),
    peer('"sdp":{"type":"offer","sdp":null}'),
    peer('"ice":{}'),
    peer('"ice":{"candidate":"c"}'),
    peer('"ice":{"sdpMLineIndex":0}'),
    peer('"ice":{"candidate":null,"sdpMLineIndex":0}'),
    ...["null", '"0"', "-1", "0.0", "1e0", "4294967296", "99999999999"].map((index) =>
      peer(`"ice":{"candidate":"","sdpMLineIndex":${index}}`),
    ),
    // What readers may take for different things.
    peer(`${sdp},"sdp":{"type":"answer","sdp":""}`),
    peer('"sdp":{"type":"answer","type":"offer","sdp":""}'),
    peer('"sdp":{"type":"answer","sdp":"","s\\u0064p":""}'),
    peer('"ice":{"candidate":"","candidate":"","sdpMLineIndex":0}'),
    `{"type":"list","type":"peer","sessionId":"s",${sdp}}`,
    `{"type":"peer","sessionId":"s","sessionId":"t",${sdp}}`,
    // What no element reads.
    peer(`${sdp},"more":"\\ud800"`),
    peer(`${sdp},"more":1e400`),
    peer(`${sdp},"more":${nest(127)}`),
    peer('"sdp":{"type":"offer","sdp":"\\udfff"}'),
    '{"type":"endSession"}',
    '{"type":"endSession","sessionId":5}',
    '{"type":"endSessionV1_1","sessionId":"s","error":5}',
    '{"type":"endSessionV1_1","sessionId":"s","error":"\\ud800"}',
  ])("is ignored: %s", (text) => {
    expect(parse(text)).toBeUndefined();
  });
});
