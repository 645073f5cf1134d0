// Clients that never read, and others that send to them: what waits for them takes memory.

import type { Attack } from "../attack.ts";
import { textFrame } from "../frames.ts";
import { type Ground, times } from "../ground.ts";
import type { Line } from "../line.ts";

const senders = 8;

/** Milliseconds after which a closed connection comes back. */
const pauseMs = 100;

/** Milliseconds after which a connection is taken to be accepted that does not read. */
const acceptedMs = 200;

/** Bytes of a message, and of a short one. */
const sizes = [16_000, 200];

export const stall: Attack = {
  about: "clients that do not read, the last 8 send to them without pause",
  connections: [208],
  start(ground) {
    const deaf = ground.connections - senders;
    times(deaf, (index) => (index % 2 === 0 ? holdPeer(ground, index) : holdSubscriber(ground)));
    times(senders, (index) =>
      index % 2 === 0 ? sendToPeers(ground, index, deaf) : publishToRoom(ground),
    );
  },
};

const peerPath = (name: string): string => `/peerjs?key=peerjs&id=${name}&token=t&version=1.5.5`;

function holdPeer(ground: Ground, index: number): void {
  ground.keep(() => ({ path: peerPath(`${ground.name}-${index}`), isDeaf: true }), { pauseMs });
}

function holdSubscriber(ground: Ground): void {
  const subscribe = textFrame(`{"type":"subscribe","topics":["${ground.name}"]}`);
  // It does not hear that it was accepted.
  const opened = (line: Line): void => ground.after(acceptedMs, () => line.send(subscribe));
  ground.keep(() => ({ path: "/signal", isDeaf: true, opened }), { pauseMs });
}

/** One offer to each of the clients that do not read, in turn. */
function sendToPeers(ground: Ground, index: number, deaf: number): void {
  const offers: Uint8Array[] = [];
  for (let to = 0; to < deaf; to += 2)
    for (const bytes of sizes)
      offers.push(
        textFrame(`{"type":"OFFER","dst":"${ground.name}-${to}","payload":"${"a".repeat(bytes)}"}`),
      );
  const block = Buffer.concat(offers);
  const path = peerPath(`${ground.name}-s${index}`);
  ground.keep(() => ({ path, opened: (line) => line.pour(block) }));
}

function publishToRoom(ground: Ground): void {
  const publishes = sizes.map((bytes) =>
    textFrame(`{"type":"publish","topic":"${ground.name}","data":"${"a".repeat(bytes)}"}`),
  );
  const block = Buffer.concat(publishes);
  ground.keep(() => ({ path: "/signal", opened: (line) => line.pour(block) }));
}
