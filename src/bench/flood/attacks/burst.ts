// Sessions that broadcast just as much as a connection may at once, and then come back as new ones. A rate of each
// connection alone does not stop them.

import type { Attack } from "../attack.ts";
import { textFrame } from "../frames.ts";
import { times } from "../ground.ts";

const path = "/ws";

const speakers = 8;

/** With 400 that hear it, this makes 10,000 copies: 20 seconds' worth of 500. */
const framesOfEach = 25;

/** Milliseconds that a speaker stays, so that its frames are read. */
const stayMs = 100;

const frame = textFrame(`{"type":"webrtc_seek_broadcaster","pad":"${"a".repeat(900)}"}`);

export const burst: Attack = {
  about: "sessions in the default space, the last 8 broadcast 25 times and come back",
  connections: [408],
  start(ground) {
    times(ground.connections - speakers, () => ground.keep(() => ({ path }), { pauseMs: stayMs }));
    const all = Buffer.concat(Array.from({ length: framesOfEach }, () => frame));
    times(speakers, () =>
      ground.keep(() => ({ path, opened: (line) => line.send(all) }), { stayMs }),
    );
  },
};
