// ICE servers for clients of topics: with the welcome, and again before the credentials end.

import { expect, test } from "bun:test";
import type { Settings } from "../../../src/options/option.ts";
import { topic } from "../../../src/protocols/topic/routes.ts";
import { FakeServer } from "../../support/fake-server.ts";

const set: Readonly<Record<string, unknown>> = {
  "webrtc-turn-urls": ["turn:turn.example.org:3478"],
  "webrtc-turn-secret": "a secret",
  "webrtc-turn-ttl": 20,
  "ice-open": true,
};
const settings: Settings = (option) => (set[option.name] as never) ?? option.default;

const ice = { iceServers: [expect.objectContaining({ ttl: 20 })], iceSeconds: 20 };

const heard = (texts: readonly string[]): unknown[] => texts.map((text) => JSON.parse(text));

test("a welcome has them for who asks, and fresh ones come at four fifths of their time", () => {
  const server = new FakeServer([topic], {}, undefined, settings);
  const ann = server.open("/ws/room?ice=true");
  const bob = server.open("/ws/room");
  const [welcome] = heard(ann.reads());
  expect(welcome).toEqual({ type: "welcome", selfId: expect.any(String), ...ice });
  expect(Object.keys(JSON.parse(bob.reads()[0] ?? ""))).toEqual(["type", "selfId"]);
  server.sweep(15);
  expect(ann.reads()).toEqual([]);
  server.sweep(1);
  expect(heard(ann.reads())).toEqual([{ type: "ice", ...ice }]);
  server.sweep(16);
  expect(heard(ann.reads())).toEqual([{ type: "ice", ...ice }]);
  expect(bob.reads()).toEqual([]);
});

test("who has left is sent none, and who comes back asks again", () => {
  const server = new FakeServer([topic], {}, undefined, settings);
  const ann = server.open("/ws/room?ice=true&resume=new");
  const [welcome] = heard(ann.reads()) as { resume: string }[];
  ann.socket.hangUp();
  server.sweep(17);
  const back = server.open(`/ws/room?ice=true&resume=${welcome?.resume}&received=2`);
  expect(heard(back.reads())).toEqual([expect.objectContaining({ resumed: true, ...ice })]);
  server.sweep(16);
  expect(heard(back.reads())).toEqual([{ type: "ice", ...ice }]);
  back.socket.hangUp(1000);
  server.sweep(40);
  expect(server.faults).toEqual([]);
});
