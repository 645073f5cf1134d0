// No attack: bytes without pause to a socket of the flooder's own. What the talkers notice of it is the doing of the
// machine, which the flooder shares with the server.

import type { Attack } from "../attack.ts";
import { times } from "../ground.ts";

const blockBytes = 65_536;

export const control: Attack = {
  about: "send bytes without pause to the flooder itself, and none to the server",
  connections: [4],
  start(ground) {
    const sink = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
    ground.atEnd(() => sink.stop(true));
    const url = new URL(`ws://127.0.0.1:${sink.port}`);
    const block = Buffer.alloc(blockBytes);
    times(ground.connections, () =>
      ground.keep(() => ({ url, path: "/", kind: "plain", opened: (line) => line.pour(block) })),
    );
  },
};
