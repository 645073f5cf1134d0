// The dearest message of the session protocol: the server parses it, merges it and writes it again.

import type { Attack } from "../attack.ts";
import { blockOf, textFrame } from "../frames.ts";
import { times } from "../ground.ts";

/** About as many short settings as fit into what a session may keep. */
const settings = Object.fromEntries(
  Array.from({ length: 1200 }, (_, index) => [`s${index}`, index]),
);

export const configure: Attack = {
  about: "sessions that configure themselves without pause",
  connections: [4],
  start(ground) {
    const block = blockOf(textFrame(JSON.stringify({ type: "configure", settings })));
    times(ground.connections, () =>
      ground.keep(() => ({ path: "/ws", opened: (line) => line.pour(block) })),
    );
  },
};
