// Sessions of the default space hear one that broadcasts without pause, and comes back when it is closed.

import type { Attack } from "../attack.ts";
import { blockOf, textFrame } from "../frames.ts";
import { times } from "../ground.ts";

const path = "/ws";

/** Milliseconds after which a closed connection comes back. */
const pauseMs = 10;

export const broadcast: Attack = {
  about: "sessions in the default space, the last one broadcasts without pause",
  connections: [401],
  start(ground) {
    times(ground.connections - 1, () => ground.keep(() => ({ path }), { pauseMs }));
    const block = blockOf(textFrame('{"type":"webrtc_seek_broadcaster"}'));
    ground.keep(() => ({ path, opened: (line) => line.pour(block) }), { pauseMs });
  },
};
