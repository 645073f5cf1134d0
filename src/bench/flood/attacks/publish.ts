// y-webrtc publishes by connections that have subscribed to nothing: to a room that others are in, and to rooms that
// nobody has ever been in.

import type { Attack } from "../attack.ts";
import { textFrame } from "../frames.ts";
import { times } from "../ground.ts";

const path = "/signal";
const publishers = 4;

/** Milliseconds after which a closed connection comes back. */
const pauseMs = 10;

/** Of each kind, in one block. */
const publishesInBlock = 200;

export const publish: Attack = {
  about: "subscribers of one y-webrtc room, the last 4 publish without having subscribed",
  connections: [104],
  start(ground) {
    const subscribe = textFrame(`{"type":"subscribe","topics":["${ground.name}"]}`);
    times(ground.connections - publishers, () =>
      ground.keep(() => ({ path, opened: (line) => line.send(subscribe) }), { pauseMs }),
    );
    times(publishers, (index) => {
      const block = blockOf(ground.name, index);
      ground.keep(() => ({ path, opened: (line) => line.pour(block) }));
    });
  },
};

function blockOf(room: string, publisher: number): Uint8Array {
  const frames: Uint8Array[] = [];
  times(publishesInBlock, (index) => {
    for (const topic of [room, `${room}-${publisher}-${index}`])
      frames.push(textFrame(`{"type":"publish","topic":"${topic}","data":{"type":"announce"}}`));
  });
  return Buffer.concat(frames);
}
