// Connections that open as many topics as each may, and come back as new ones.

import type { Attack } from "../attack.ts";
import { textFrame } from "../frames.ts";
import { times } from "../ground.ts";

const topicsOfEach = 128;

/** Milliseconds until a connection lets its topics go and opens others. */
const stayMs = 2000;

export const topics: Attack = {
  about: "y-webrtc connections that open 128 rooms each",
  connections: [500],
  start(ground) {
    let opened = 0;
    const subscribe = (): Uint8Array => {
      const names = Array.from({ length: topicsOfEach }, () => `${ground.name}-${opened++}`);
      return textFrame(JSON.stringify({ type: "subscribe", topics: names }));
    };
    times(ground.connections, () =>
      ground.keep(() => ({ path: "/signal", opened: (line) => line.send(subscribe()) }), {
        stayMs,
      }),
    );
  },
};
