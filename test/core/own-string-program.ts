// Keeps something of each of many large messages, as the server does, and writes on standard output how many
// bytes of memory that has taken, for a test to read.

import { jwtSecret } from "../../src/auth/options.ts";
import type { Link, Receiver } from "../../src/core/bus.ts";
import { memberId, topicName } from "../../src/core/ids.ts";
import { ownString } from "../../src/core/own-string.ts";
import type { Settings } from "../../src/options/option.ts";
import { peerjs } from "../../src/protocols/peerjs/routes.ts";
import { WaitingRoom } from "../../src/protocols/peerjs/waiting-room.ts";
import { targetOf } from "../../src/protocols/peerjs/wire.ts";
import { messagesPerSecond } from "../../src/protocols/room/options.ts";
import { room } from "../../src/protocols/room/routes.ts";
import { session } from "../../src/protocols/session/routes.ts";
import { topic } from "../../src/protocols/topic/routes.ts";
import { maxIds } from "../../src/protocols/y-webrtc/claimed-ids.ts";
import { yWebrtc } from "../../src/protocols/y-webrtc/routes.ts";
import { FakeNode } from "../support/fake-node.ts";
import { type FakeClient, FakeServer } from "../support/fake-server.ts";
import { encoded, secret, sign } from "../support/tokens.ts";
import { RecordingBus } from "./recording-bus.ts";

/** Takes in one message. @returns what a test itself keeps of it */
type Step = (index: number) => unknown;

const filler = "x".repeat(60_000);

/** A message of 60 KB as a socket gives it: one piece of memory, which is nobody else's. */
const message = (fields: object): string =>
  Buffer.from(JSON.stringify({ ...fields, filler })).toString("latin1");

/** As long as a UUID: the engine itself copies what is shorter than nine characters. */
const named = (what: string, index: number): string => `${what}-${index}`.padEnd(36, "-");

/** A name in such a message, cut out of it. */
const cut = (index: number): string => {
  const name = named("name", index);
  const text = message({ name });
  const start = text.indexOf(name);
  return text.slice(start, start + name.length);
};

/** Relays that leave this node are sent, and never answered. What waits for the answer is kept. */
class UnansweredBus extends RecordingBus {
  readonly waiting: unknown[] = [];

  override link(namespace: string, receiver: Receiver): Link {
    return {
      ...super.link(namespace, receiver),
      relay: (_topic, _node, { failed }) => {
        this.waiting.push(failed);
        return "sent";
      },
    };
  }
}

const given: Readonly<Record<string, unknown>> = {
  [jwtSecret.name]: encoded(secret),
  [messagesPerSecond.name]: 0,
};
const settings: Settings = (option) => (given[option.name] as never) ?? option.default;

/** A member on another node. */
const bob = named("bob", 0);

/** Lets what was begun go on until the client was told something. */
async function welcomed(client: FakeClient): Promise<FakeClient> {
  while (client.reads().length === 0) await new Promise(setImmediate);
  return client;
}

/** Messages of one sender that find room, each to another id. */
const messagesPerSender = 100;

/** A waiting room of so many senders that there is room for everything. */
function addTo(fake: FakeNode) {
  let { peer } = fake.connect();
  const waiting = new WaitingRoom(fake.node.clock, 5);
  return (missing: string, frame: string, index: number): readonly unknown[] => {
    if (index % messagesPerSender === 0) ({ peer } = fake.connect());
    const sender = `ann-${Math.floor(index / messagesPerSender)}`;
    return waiting.add({ sender, peer, missing }, frame);
  };
}

const scenarios: Readonly<Record<string, () => Step | Promise<Step>>> = {
  slice: () => cut,
  ownString: () => (index) => ownString(cut(index)),
  topicName: () => (index) => topicName(cut(index)),
  memberId: () => (index) => memberId(cut(index)),

  "reference of a topic's relay": () => {
    const bus = new UnansweredBus();
    const client = new FakeServer([topic], {}, bus).open("/ws/room");
    bus.receiver.remoteJoined(topicName("room")!, bob, undefined, bus.far);
    return (index) =>
      client.send(message({ type: "offer", to: bob, msgId: named("message", index) }));
  },

  "reference of a session's relay": () => {
    const bus = new UnansweredBus();
    const client = new FakeServer([session], {}, bus).open("/ws");
    bus.receiver.remoteJoined(topicName("default")!, bob, null, bus.far);
    return () => client.send(message({ type: "webrtc_offer", targetSession: bob }));
  },

  "reference of a room's relay": async () => {
    const bus = new UnansweredBus();
    const server = new FakeServer([room], {}, bus, settings);
    const client = await welcomed(server.open(`/webrtc/ws/room?token=${await sign()}`));
    const info = { userId: bob, name: "Bob", joinedAt: Date.now() };
    bus.receiver.remoteJoined(topicName("room")!, bob, info, bus.far);
    const payload = { target_user_id: bob };
    return () => client.send(message({ type: "offer", payload }));
  },

  "id that is claimed": () => {
    const server = new FakeServer([yWebrtc]);
    let client = server.open("/signal");
    return (index) => {
      if (index % maxIds === 0) {
        client = server.open("/signal");
        client.send({ type: "subscribe", topics: [`room-${index}`] });
      }
      const data = { type: "announce", from: named("id", index) };
      const name = `room-${index - (index % maxIds)}`;
      client.send(message({ type: "publish", topic: name, data }));
      return client;
    };
  },

  "frame in the waiting room": () => {
    const add = addTo(new FakeNode());
    return (index) => add(`nobody-${index}`, cut(index), index);
  },

  "message in the waiting room": () => {
    const server = new FakeServer([peerjs]);
    let client: FakeClient;
    return (index) => {
      if (index % messagesPerSender === 0)
        client = server.open(`/peerjs?key=peerjs&id=ann-${index}&token=t`);
      client.send(message({ type: "OFFER", dst: named("nobody", index), payload: index }));
    };
  },

  "key of a queue in the waiting room": () => {
    const add = addTo(new FakeNode());
    return (index) => {
      const missing = targetOf(message({ type: "OFFER", dst: named("nobody", index) }));
      return add(missing ?? "", "short", index);
    };
  },

  "frame that waits for a slow peer": () => {
    const server = new FakeServer([topic], { maxQueuedFrames: 100_000, maxQueuedBytes: 1e9 });
    const [ann, bob] = [server.open("/ws/room"), server.open("/ws/room")];
    const [welcome] = bob.reads();
    const { selfId } = JSON.parse(welcome!);
    bob.socket.stall();
    return (index) => {
      ann.send(message({ type: "offer", to: selfId, payload: index }));
      server.endTick();
    };
  },

  "metadata of a member": () => {
    const server = new FakeServer([topic]);
    return (index) => server.open(`/ws/room-${index}?metadata=${index}&filler=${filler}`);
  },
};

const [name = "", count = "0"] = process.argv.slice(2);
const step = await scenarios[name]?.();
if (step === undefined) throw new Error(`there is no scenario ${name}`);

const kept: unknown[] = [];

/** Takes in messages, in memory that is freed from time to time. */
function take(from: number, to: number): void {
  for (let index = from; index < to; index++) {
    kept.push(step?.(index));
    if (index % 100 === 0) Bun.gc(true);
  }
  Bun.gc(true);
}

take(0, 512);
const before = process.memoryUsage.rss();
take(512, 512 + Number(count));
process.stdout.write(`${process.memoryUsage.rss() - before} ${kept.length}\n`);
