// How to know that a server has said all that it has to say, in protocols without a message that is answered.

import { opcodes } from "./raw-frame.ts";
import type { RawSocket } from "./raw-socket.ts";

/**
 * The texts that come before the server has dealt with all that was sent until now. A pong overtakes texts that
 * wait for the end of a tick; before a second one they have come.
 */
export async function textsSoFar(socket: RawSocket): Promise<readonly string[]> {
  const texts: string[] = [];
  for (const _round of [1, 2]) {
    socket.sendFrame({ opcode: opcodes.ping });
    for (;;) {
      const { opcode, payload } = await socket.nextFrame();
      if (opcode === opcodes.pong) break;
      texts.push(payload.toString("utf8"));
    }
  }
  return texts;
}
