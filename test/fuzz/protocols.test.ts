// Whatever a client sends: what is accepted means what `JSON.parse` says that it means, and is relayed as it was
// written; what is refused reaches nobody; and in the end nothing of it is left.

import { afterEach, beforeEach, expect, setSystemTime, test } from "bun:test";
import fc from "fast-check";
import { protocols } from "../../src/protocols/protocols.ts";
import { mustBeDescribed, mustBeDescribedClose } from "../support/described.ts";
import type { FakeClient } from "../support/fake-server.ts";
import { checkAsync, timeoutMs } from "./check.ts";
import { ayameSubject } from "./meanings/ayame.ts";
import { gstSubject } from "./meanings/gst.ts";
import { type Json, read } from "./meanings/json.ts";
import { matchboxSubject } from "./meanings/matchbox.ts";
import { nostrSubject } from "./meanings/nostr.ts";
import { peerjsSubject } from "./meanings/peerjs.ts";
import { roomSubject } from "./meanings/room.ts";
import { rxdbSubject } from "./meanings/rxdb.ts";
import { type Heard, type Meaning, type Scene, type Subject, settle } from "./meanings/scene.ts";
import { sessionSubject } from "./meanings/session.ts";
import { topicSubject } from "./meanings/topic.ts";
import { trackerSubject } from "./meanings/tracker.ts";
import { trysteroSubject, yWebrtcSubject } from "./meanings/y-webrtc.ts";

const subjects: readonly Subject[] = [
  topicSubject,
  sessionSubject,
  peerjsSubject,
  yWebrtcSubject,
  trysteroSubject,
  roomSubject,
  trackerSubject,
  nostrSubject,
  rxdbSubject,
  gstSubject,
  matchboxSubject,
  ayameSubject,
];

test("every protocol has a subject", () => {
  const names = protocols.map(({ name }) => name);
  expect(names.filter((name) => !subjects.some((subject) => subject.name === name))).toEqual([]);
});

beforeEach(() => {
  setSystemTime(Date.UTC(2026, 0, 1));
});
afterEach(() => {
  setSystemTime();
});

/** What once failed, by the protocol. */
const examples: Readonly<Record<string, [string[]][]>> = {
  session: [[['{"type":null,"targetSession":"$receiver"}', '{"type":{}}']]],
  "y-webrtc": [[['{"type":"publish","topic":"toString","data":{"to":"receiver"}}']]],
};

/** Everything that a client has read, which must be JSON. */
function heardBy(protocol: string, client: FakeClient, scene: Scene): readonly Json[] {
  const { shown = (value) => value, isAside = () => false } = scene;
  const values = client.reads().map((text) => {
    const json = read(text);
    if (json === undefined) throw new Error(`this is no JSON: ${text}`);
    mustBeDescribed(protocol, text);
    return json.value;
  });
  return values.filter((value) => !isAside(value)).map(shown);
}

/** Sends one text. */
async function say(protocol: string, scene: Scene, text: string): Promise<Heard> {
  const { server, sender, others } = scene;
  sender.send(text);
  await settle(server);
  if (sender.socket.end !== undefined) mustBeDescribedClose(protocol, sender.socket.end);
  return {
    told: heardBy(protocol, sender, scene),
    heard: Object.fromEntries(
      Object.entries(others).map(([name, client]) => [name, heardBy(protocol, client, scene)]),
    ),
    end: sender.socket.end?.code,
  };
}

/** Compares what everybody has read with what must come of it. */
function compare(got: Heard, { told = [], heard = {}, end, isByChance = false }: Meaning): void {
  if (isByChance) return expect(got.told.slice(0, told.length)).toEqual([...told]);
  const nothing = Object.fromEntries(Object.keys(got.heard).map((name) => [name, []]));
  expect<unknown>(got).toEqual({ told, heard: { ...nothing, ...heard }, end });
}

function leave({ server, sender, others }: Scene): void {
  for (const client of [sender, ...Object.values(others)]) client.socket.hangUp();
  const { node, broker } = server;
  expect({
    peers: node.peers.size,
    topics: node.topics,
    channels: broker.channels,
    faults: server.faults,
  }).toEqual({ peers: 0, topics: 0, channels: [], faults: [] });
}

for (const subject of subjects)
  test(
    `${subject.name}: what a client sends means what JSON.parse says, and what is refused leaves nothing`,
    async () => {
      const texts = fc.array(subject.texts, { minLength: 1, maxLength: 6 });
      const property = fc.asyncProperty(texts, async (sent) => {
        const scene = await subject.set();
        for (const text of sent) {
          if (scene.sender.socket.end !== undefined) break;
          const filled = text.replace(/\$(\w+)/g, (name, key) => scene.ids[key] ?? name);
          const meaning = scene.meaning?.(filled);
          const got = await say(subject.name, scene, filled);
          if (meaning !== undefined) compare(got, meaning);
          else scene.judge?.(filled, got);
        }
        scene.finish?.();
        leave(scene);
      });
      await checkAsync(property, { examples: examples[subject.name] ?? [] });
    },
    timeoutMs,
  );
