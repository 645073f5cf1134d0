// Each hub of each protocol, with clients of this node, and a way to see what these are shown of a member on
// another node. What such a member may be, and some of what it cannot be.

import { jwtSecret } from "../../src/auth/options.ts";
import { ayame } from "../../src/protocols/ayame/routes.ts";
import { gst } from "../../src/protocols/gst/routes.ts";
import { matchbox } from "../../src/protocols/matchbox/routes.ts";
import { nostr } from "../../src/protocols/nostr/routes.ts";
import { allowDiscovery } from "../../src/protocols/peerjs/options.ts";
import { peerjs } from "../../src/protocols/peerjs/routes.ts";
import type { Protocol } from "../../src/protocols/protocol.ts";
import { room } from "../../src/protocols/room/routes.ts";
import { rxdb } from "../../src/protocols/rxdb/routes.ts";
import { session } from "../../src/protocols/session/routes.ts";
import { topic } from "../../src/protocols/topic/routes.ts";
import { tracker } from "../../src/protocols/tracker/routes.ts";
import { yWebrtc } from "../../src/protocols/y-webrtc/routes.ts";
import { eventIn } from "../contract/protocols/nostr.ts";
import type { RecordingBus } from "../core/recording-bus.ts";
import type { FakeClient, FakeServer } from "../support/fake-server.ts";
import { timeless } from "../support/room-client.ts";
import { encoded, secret, sign } from "../support/tokens.ts";
import { announce, binary } from "../support/tracker-frames.ts";

export interface Stage {
  readonly protocol: Protocol;
  readonly namespace: string;
  /** Options by name, where they are not at their default. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly topic: string;
  /** A member elsewhere, and what may be said of it. */
  readonly id: string;
  readonly right: unknown;
  /** What may be said as well. */
  readonly alsoRight: readonly unknown[];
  /** What is wrong here, beside what is wrong everywhere. */
  readonly wrong: readonly unknown[];
  readonly wrongIds: readonly string[];
  readonly rightIds: readonly string[];
  /** Lets a client of this node in; it is answered. */
  enter(server: FakeServer): Promise<FakeClient>;
  /** What it is shown of members elsewhere; what it hears, since the last call. */
  seen(server: FakeServer, bus: RecordingBus, client: FakeClient): Promise<unknown>;
}

/** What is nearly everywhere no info of a member. */
export const strange: readonly unknown[] = [
  undefined,
  null,
  {},
  [],
  0,
  -1,
  1.5,
  true,
  "",
  "no JSON",
  "{",
  '{"a":',
  "x".repeat(100_000),
  [[]],
  [null],
  { length: 1 },
  JSON.parse('{"__proto__":{"userId":"x","name":"x","joinedAt":1}}'),
  JSON.parse('{"constructor":{"prototype":{}}}'),
];

const notPlain = [
  "",
  "a".repeat(65),
  'quo"te',
  "back\\slash",
  "new\nline",
  "two words",
  "é",
  "🐙",
  "<script>",
  "\u0000",
  "\ud800",
];

const plain = ["-", "_", "0", "a".repeat(64), "__proto__", "constructor"];

/** Lets what was begun go on until something is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate);
}

/** What the bus was told since the last call that leaves this node. */
function sentBy({ calls }: RecordingBus): readonly string[] {
  return calls.splice(0).filter((call) => /^(relay|broadcast) /.test(call));
}

const topicStage: Stage = {
  protocol: topic,
  namespace: "topic",
  topic: "room",
  id: "01ARZ3NDEKTSV4RRFFQ69G5FAV",
  right: '{"name":"Bob"}',
  alsoRight: [undefined, "null", "0", '""', `"${"x".repeat(4094)}"`, '{"__proto__":1}'],
  wrong: [`"${"x".repeat(4095)}"`, `"${"é".repeat(2048)}"`, "undefined", "{'a':1}", '"a" "b"'],
  wrongIds: notPlain,
  rightIds: plain,
  enter: async (server) => server.open("/ws/room"),
  seen: async (server, _bus, client) => {
    const newcomer = server.open("/ws/room");
    const [welcome, list] = newcomer.reads().map((text) => JSON.parse(text));
    newcomer.socket.hangUp();
    const own = [welcome.selfId, JSON.parse(client.socket.received[0]!).selfId];
    const heard = client.reads().map((text) => JSON.parse(text));
    return {
      list: list.peers.filter(({ id }: { id: string }) => !own.includes(id)),
      heard: heard.filter(({ type, peerId }) => /joined|left/.test(type) && !own.includes(peerId)),
    };
  },
};

const participant = { userId: "bob", name: "Bob", joinedAt: 1_700_000_000_000 };

const roomStage: Stage = {
  protocol: room,
  namespace: "room",
  options: { [jwtSecret.name]: encoded(secret) },
  topic: "room",
  id: "01ARZ3NDEKTSV4RRFFQ69G5FAV",
  right: participant,
  alsoRight: [
    { ...participant, userId: "__proto__", name: "__proto__" },
    { ...participant, userId: 'b"o\nb', name: "🐙".repeat(127) },
    { ...participant, joinedAt: 0 },
    { ...participant, joinedAt: 8.64e15, more: 1 },
  ],
  wrong: [
    { userId: "bob", name: "Bob" },
    { userId: "bob", joinedAt: 1 },
    { name: "Bob", joinedAt: 1 },
    { ...participant, userId: "" },
    { ...participant, userId: 1 },
    { ...participant, userId: "x".repeat(256) },
    { ...participant, name: "" },
    { ...participant, name: null },
    { ...participant, name: "x".repeat(256) },
    { ...participant, joinedAt: -1 },
    { ...participant, joinedAt: 1.5 },
    { ...participant, joinedAt: "1" },
    { ...participant, joinedAt: null },
    { ...participant, joinedAt: 8.65e15 },
    [participant],
    JSON.stringify(participant),
  ],
  wrongIds: notPlain,
  rightIds: plain,
  enter: async (server) => {
    const client = server.open(`/webrtc/ws/room?token=${await sign()}`);
    await until(() => {
      server.endTick();
      return client.socket.received.length > 0;
    });
    return client;
  },
  seen: async (server, _bus, client) => {
    const token = await sign();
    const list = await server.get(`/webrtc/rooms/room/participants?token=${token}`);
    return { list: timeless(await list!.text()), heard: client.reads().map(timeless) };
  },
};

const farId = "far";

const yWebrtcStage: Stage = {
  protocol: yWebrtc,
  namespace: "y-webrtc",
  topic: "room",
  id: "01ARZ3NDEKTSV4RRFFQ69G5FAV",
  right: [farId],
  alsoRight: [[], "all", [""], Array(8).fill("x".repeat(128)), ["__proto__"], ['"']],
  wrong: [
    "ALL",
    [1],
    [farId, null],
    Array(9).fill("x"),
    ["x".repeat(129)],
    { 0: farId, length: 1 },
  ],
  wrongIds: notPlain,
  rightIds: plain,
  enter: async (server) => {
    const client = server.open("/signal");
    client.send({ type: "subscribe", topics: ["room"] });
    return client;
  },
  seen: async (server, bus, client) => {
    const listener = await yWebrtcStage.enter(server);
    bus.calls.length = 0;
    client.send({ type: "publish", topic: "room", data: { to: farId, from: "own" } });
    const heard = listener.reads();
    listener.socket.hangUp();
    return { sent: sentBy(bus), heard, own: client.reads() };
  },
};

/** Whom trystero's frames reach does not depend on who is there. */
const relayStage: Stage = {
  ...yWebrtcStage,
  namespace: "y-webrtc-relay",
  enter: async (server) => {
    const client = server.open("/signal");
    client.send({ type: "subscribe", topic: "room" });
    return client;
  },
  seen: async (_server, bus, client) => {
    bus.calls.length = 0;
    client.send({ type: "publish", topic: "room", payload: 1 });
    return { sent: sentBy(bus), heard: client.reads() };
  },
};

const sessionStage: Stage = {
  protocol: session,
  namespace: "session",
  topic: "default",
  id: "ws_1700000000000_0123456789abcdef",
  right: null,
  alsoRight: [],
  wrong: ["null", { info: null }],
  wrongIds: notPlain,
  rightIds: plain,
  enter: async (server) => server.open("/ws"),
  seen: async (_server, bus, client) => {
    client.reads();
    bus.calls.length = 0;
    for (const targetSession of [sessionStage.id, ...notPlain.filter((id) => id !== "")])
      client.send({ type: "webrtc_ice", targetSession });
    const errors = client.reads().map((text) => JSON.parse(text).error);
    return { sent: sentBy(bus), errors };
  },
};

const proof = "A".repeat(43);

const peerjsStage: Stage = {
  protocol: peerjs,
  namespace: "peerjs",
  topic: "bob",
  id: "bob",
  right: { proof, since: 1_700_000_000_000_000 },
  alsoRight: [
    { proof: "-_".repeat(21).concat("a"), since: 0 },
    { proof, since: -1.5, more: 1 },
  ],
  wrong: [
    { proof },
    { since: 1 },
    { proof: "", since: 1 },
    { proof: proof.slice(1), since: 1 },
    { proof: `${proof}A`, since: 1 },
    { proof: `${proof.slice(1)}"`, since: 1 },
    { proof: `${proof}\n`, since: 1 },
    { proof, since: "1" },
    { proof, since: null },
    { proof: [proof], since: 1 },
  ],
  rightIds: [...plain, "two words", 'quo"te', "🐙", "b".repeat(255)],
  wrongIds: ["", "b".repeat(256), "é".repeat(128), "\ud800"],
  enter: async (server) => server.open("/peerjs?key=peerjs&id=ann&token=t"),
  seen: async (_server, bus, client) => {
    client.reads();
    bus.calls.length = 0;
    // What waits for somebody to come is in the waiting room, and nowhere else.
    for (const dst of ["bob", ...peerjsStage.wrongIds]) client.send({ type: "OFFER", dst });
    return { sent: [...new Set(sentBy(bus))], heard: client.reads() };
  },
};

const directoryStage: Stage = {
  ...peerjsStage,
  namespace: "peerjs-directory",
  options: { [allowDiscovery.name]: true },
  topic: "everybody",
  right: null,
  alsoRight: [],
  wrong: ["null", { proof, since: 1 }],
  seen: async (server) => (await server.get("/peerjs/peers"))!.json(),
};

let announcers = 0;

const trackerStage: Stage = {
  protocol: tracker,
  namespace: "tracker",
  topic: binary("swarm"),
  id: binary("far"),
  right: 1,
  alsoRight: [0, 2, 3],
  wrong: [4, "1", [1], { complete: true }],
  wrongIds: ["", "x".repeat(19), "x".repeat(21), `${"x".repeat(19)}\u0100`, "\ud800".repeat(20)],
  rightIds: ["x".repeat(20), "\u0000".repeat(20), "\u00ff".repeat(20), `"\\${"\n".repeat(18)}`],
  enter: async (server) => {
    const client = server.open("/tracker");
    client.send(announce("swarm", `near-${++announcers}`));
    return client;
  },
  seen: async (_server, _bus, client) => {
    client.send({ action: "scrape", info_hash: binary("swarm") });
    return client.reads().filter((text) => text.includes("files"));
  },
};

const rxdbStage: Stage = {
  protocol: rxdb,
  namespace: "rxdb",
  topic: "a room",
  id: "farfarfarfar",
  right: null,
  alsoRight: [],
  wrong: ["null", { info: null }],
  wrongIds: [
    "",
    "far",
    "farfarfarfarf",
    "Farfarfarfar",
    'farfarfarfa"',
    "farfarfarfar\n",
    "é".repeat(12),
  ],
  rightIds: ["aaaaaaaaaaaa", "zzzzzzzzzzzz"],
  enter: async (server) => {
    const client = server.open("/rxdb");
    client.send({ type: "join", room: "a room" });
    return client;
  },
  seen: async (server, _bus, client) => {
    server.passDelays();
    const own = JSON.parse(client.socket.received[0]!).yourPeerId;
    const lists = client.reads().flatMap((text) => JSON.parse(text).otherPeerIds ?? []);
    return [...new Set(lists)].filter((id) => id !== own);
  },
};

const shown = { roles: ["producer"], meta: "null", since: 1_700_000_000_000.5 };

const gstStage: Stage = {
  protocol: gst,
  namespace: "gst",
  topic: "default",
  id: "01234567-89ab-4cde-8f01-23456789abcd",
  right: shown,
  alsoRight: [
    { ...shown, roles: ["listener", "producer"], meta: '{"name":"\\u00e9", "n":1.0}' },
    { ...shown, meta: `"${"x".repeat(4094)}"`, since: 0, more: 1 },
  ],
  wrong: [
    { ...shown, roles: "producer" },
    { ...shown, roles: ["robot"] },
    { ...shown, roles: ["producer", "producer", "producer", "producer"] },
    { ...shown, meta: null },
    { ...shown, meta: "" },
    { ...shown, meta: "{" },
    { ...shown, meta: '1}],"type":"error"' },
    { ...shown, meta: '"\\ud800"' },
    { ...shown, meta: "1e400" },
    { ...shown, meta: `${"[".repeat(125)}${"]".repeat(125)}` },
    { ...shown, meta: `"${"x".repeat(4095)}"` },
    { ...shown, since: "1" },
    { ...shown, since: null },
    { roles: ["producer"], meta: "null" },
    [shown],
  ],
  wrongIds: [
    "",
    "far",
    "01234567-89ab-4cde-8f01-23456789abc",
    "0123456789ab4cde8f0123456789abcd",
    '"',
  ],
  rightIds: ["00000000-0000-4000-8000-000000000000", "ffffffff-ffff-4fff-bfff-ffffffffffff"],
  enter: async (server) => {
    const client = server.open("/gst");
    client.send({ type: "setPeerStatus", roles: ["listener"] });
    return client;
  },
  seen: async (_server, _bus, client) => {
    const heard = client.reads().filter((text) => text.includes("producer"));
    client.send({ type: "list" });
    return { heard, list: client.reads().at(-1) };
  },
};

const matchboxStage: Stage = {
  protocol: matchbox,
  namespace: "matchbox",
  topic: ":room",
  id: "01234567-89ab-4cde-8f01-23456789abcd",
  // Its turn came after that of the client.
  right: 2,
  alsoRight: [3, 2 ** 52],
  wrong: ["2", { info: 2 }, 2 ** 53, Number.NaN],
  wrongIds: gstStage.wrongIds,
  rightIds: gstStage.rightIds,
  enter: async (server) => server.open("/matchbox/room"),
  seen: async (_server, _bus, client) => client.reads().filter((text) => text.includes("NewPeer")),
};

/** Those on which somebody is in the room. */
const ayameServers = new WeakSet<FakeServer>();

/** Members are shown to nobody, but what a client says goes to the other one. */
const ayameStage: Stage = {
  protocol: ayame,
  namespace: "ayame",
  topic: "room",
  id: "01ARZ3NDEKTSV4RRFFQ69G5FAV",
  right: "second",
  alsoRight: [],
  wrong: ["third", "First", { info: "second" }, ["second"]],
  wrongIds: notPlain,
  rightIds: plain,
  enter: async (server) => {
    const client = server.open("/signaling");
    // With somebody elsewhere, the room has no place for one more.
    const roomId = ayameServers.has(server) ? "another" : "room";
    ayameServers.add(server);
    client.send({ type: "register", roomId });
    return client;
  },
  seen: async (_server, bus, client) => {
    bus.calls.length = 0;
    client.send({ type: "offer", sdp: "" });
    const heard = client.reads().filter((text) => !text.includes('"accept"'));
    return { sent: sentBy(bus).length, heard };
  },
};

/** Clients are shown events, and no members. */
const nostrStage: Stage = {
  protocol: nostr,
  namespace: "nostr",
  topic: "room",
  id: "01ARZ3NDEKTSV4RRFFQ69G5FAV",
  right: null,
  alsoRight: [],
  wrong: ["null", { info: null }],
  wrongIds: notPlain,
  rightIds: plain,
  enter: async (server) => {
    const client = server.open("/nostr");
    client.send(["REQ", "own", { "#x": ["room"] }]);
    return client;
  },
  seen: async (_server, bus, client) => {
    bus.calls.length = 0;
    client.send(["EVENT", eventIn("room", "")]);
    return { sent: sentBy(bus).length, heard: client.reads().length };
  },
};

export const stages: readonly Stage[] = [
  topicStage,
  roomStage,
  yWebrtcStage,
  relayStage,
  sessionStage,
  peerjsStage,
  directoryStage,
  trackerStage,
  rxdbStage,
  gstStage,
  nostrStage,
  matchboxStage,
  ayameStage,
];
