// WebSocket pings: the runtime answers each of them, and the server hardly sees them.

import { encodeFrame, opcode } from "../../frame.ts";
import type { Attack } from "../attack.ts";
import { blockOf } from "../frames.ts";
import { times } from "../ground.ts";

const payloadBytes = 100;

export const ping: Attack = {
  about: "send WebSocket pings without pause",
  connections: [4],
  start(ground) {
    const block = blockOf(encodeFrame(opcode.ping, new Uint8Array(payloadBytes)));
    times(ground.connections, () =>
      ground.keep(() => ({ path: `/ws/${ground.name}`, opened: (line) => line.pour(block) })),
    );
  },
};
