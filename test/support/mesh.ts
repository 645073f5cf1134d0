// A full mesh of y-webrtc's clients as far as the server sees it: everybody who joins announces itself, and
// every pair exchanges an offer, an answer and ten candidates each way, as simple-peer makes them.

import { YClient } from "./y-webrtc-client.ts";

/** What a server delivered: text messages and their bytes, without WebSocket's framing. */
export interface Delivered {
  readonly frames: number;
  readonly bytes: number;
}

const candidatesEachWay = 10;

const session = (type: "offer" | "answer") => ({
  type,
  sdp: `v=0\r\n${"a=x-line:0\r\n".repeat(40)}`,
});

const candidates = Array.from({ length: candidatesEachWay }, (_, index) => ({
  type: "candidate",
  candidate: {
    candidate: `candidate:842163049 1 udp 1677729535 192.0.2.1 ${49_152 + index} typ srflx raddr 0.0.0.0 rport 0 generation 0 ufrag EEtu network-cost 999`,
    sdpMLineIndex: 0,
    sdpMid: "0",
  },
}));

/** What one peer sends another: its session, and its candidates. */
const signals = (room: string, from: string, to: string, type: "offer" | "answer") =>
  [session(type), ...candidates].map((signal) => ({
    type: "publish",
    topic: room,
    data: { to, from, type: "signal", token: 1_700_000_000_000.25, signal },
  }));

/** Lets `count` clients join one room, one after the other, and counts what they are sent. */
export async function playMesh(url: URL, count: number): Promise<Delivered> {
  const room = `mesh-of-${count}`;
  const peers: { readonly id: string; readonly client: YClient }[] = [];
  const delivered = { frames: 0, bytes: 0 };
  const add = (texts: readonly string[]): void => {
    delivered.frames += texts.length;
    for (const text of texts) delivered.bytes += Buffer.byteLength(text);
  };
  while (peers.length < count) {
    const newcomer = { id: crypto.randomUUID(), client: await YClient.open(url, [room]) };
    const announce = { type: "announce", from: newcomer.id };
    add(await newcomer.client.say({ type: "publish", topic: room, data: announce }));
    for (const { id, client } of peers) {
      add(await client.say(...signals(room, id, newcomer.id, "offer")));
      add(await newcomer.client.say(...signals(room, newcomer.id, id, "answer")));
    }
    peers.push(newcomer);
    for (const { client } of peers) add(await client.heard());
  }
  for (const { client } of peers) client.socket.close(1000);
  return delivered;
}

/** Frames that such a mesh needs: each announcement to all who are there, each signal to one. */
export const neededFrames = (count: number): number =>
  (1 + 2 * (1 + candidatesEachWay)) * ((count * (count - 1)) / 2);
