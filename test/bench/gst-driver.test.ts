import { expect, test } from "bun:test";
import { gstDriver } from "../../src/bench/gst-driver.ts";

const seat = (index: number) => ({ topic: "bench-1", index });
const welcome = (id: string) => `{"type":"welcome","peerId":"${id}"}`;
const status = (id: string, roles: string) =>
  `{"type":"peerStatusChanged","roles":[${roles}],"meta":null,"peerId":"${id}"}`;

const kindOf = (text: string) => {
  const bytes = Buffer.from(`..${text}`);
  return gstDriver.begin(seat(0)).kindOf(bytes, 2, bytes.length);
};

test("the first of a pair produces, and has entered with the list", () => {
  expect(gstDriver.path(seat(0))).toBe("/gst/bench-1");
  const camera = gstDriver.begin(seat(0));
  expect(camera.greetings.map((text) => JSON.parse(text))).toEqual([
    { type: "setPeerStatus", roles: ["listener", "producer"] },
    { type: "list" },
  ]);
  const heard = [
    welcome("a-1"),
    status("a-1", '"listener","producer"'),
    '{"type":"list","producers":[{"id":"a-1","meta":null}]}',
    '{"type":"startSession","peerId":"b-2","sessionId":"s-3","offer":null}',
    '{"type":"joined"}',
  ].map((text) => [camera.hear(text), camera.entered, camera.paired, camera.answerTo?.(text)]);
  expect(heard).toEqual([
    [true, false, false, undefined],
    [true, false, false, undefined],
    [true, true, false, undefined],
    [true, true, true, undefined],
    [false, true, true, undefined],
  ]);
});

test.each([
  ["is listed", '{"type":"list","producers":[{"id":"a-1","meta":null}]}'],
  ["comes", status("a-1", '"listener","producer"')],
])("the second begins a session once its producer %s", (_how, text) => {
  const viewer = gstDriver.begin(seat(1));
  const start = '{"type":"startSession","peerId":"a-1"}';
  for (const before of [welcome("b-2"), status("b-2", '"listener"')]) viewer.hear(before);
  const answers = [viewer.answerTo?.("")];
  for (const _twice of [1, 2]) {
    viewer.hear(text);
    answers.push(viewer.answerTo?.(text));
  }
  expect(answers).toEqual([undefined, start, undefined]);
  viewer.hear('{"type":"sessionStarted","peerId":"a-1","sessionId":"s-3"}');
  expect([viewer.paired, viewer.relayFrame('{"sdp":1.0}')]).toEqual([
    true,
    '{"type":"peer","sessionId":"s-3","sdp":{"type":"answer","sdp":""},"data":{"sdp":1.0}}',
  ]);
});

test("a message of a session is a delivery, and an error is one", () => {
  expect({
    peer: kindOf('{"type":"peer","sessionId":"s"}'),
    error: kindOf('{"type":"error","details":"x"}'),
    status: kindOf(status("a", "")),
    list: kindOf('{"type":"list","producers":[]}'),
    end: kindOf('{"type":"endSession","sessionId":"s"}'),
    noise: kindOf("peer"),
    nothing: kindOf(""),
  }).toEqual({
    peer: "relayed",
    error: "error",
    status: "other",
    list: "other",
    end: "other",
    noise: "other",
    nothing: "other",
  });
});
