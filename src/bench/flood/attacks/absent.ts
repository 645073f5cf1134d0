// Messages to members that are not there: each is read, looked up and answered with an error.

import type { Attack } from "../attack.ts";
import { blockOf, textFrame } from "../frames.ts";
import { times } from "../ground.ts";

export const absent: Attack = {
  about: "send topic messages to nobody without pause",
  connections: [1, 4],
  start(ground) {
    const block = blockOf(textFrame('{"type":"offer","to":"nobody","payload":1}'));
    times(ground.connections, () =>
      ground.keep(() => ({ path: `/ws/${ground.name}`, opened: (line) => line.pour(block) })),
    );
  },
};
