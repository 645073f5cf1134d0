// Connections to one topic that are reset as soon as they are accepted, and made again at once. Each is a join and
// a leave for the server.

import type { Attack } from "../attack.ts";
import { times } from "../ground.ts";

export const churn: Attack = {
  about: "loops that connect, wait for 101, and reset",
  connections: [50],
  start(ground) {
    const loop = (): void =>
      ground.dial({
        path: "/ws/ch",
        opened: (line) => {
          line.drop();
          loop();
        },
        ended: loop,
      });
    times(ground.connections, loop);
  },
};
