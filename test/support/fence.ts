// How to know that a server has said all that it has to say, in protocols without a message that is answered.

import { opcodes } from "./raw-frame.ts";
import type { RawSocket } from "./raw-socket.ts";

/** Each is a tick of the server at least, and in each it does one thing of those that wait for their turn. */
const rounds = 6;

/**
 * The texts that come before the server has dealt with all that was sent until now. A pong overtakes texts that
 * wait for the end of a tick, and messages that wait for their turn because the machine was slow. Before the last pong
 * they have come. Not what waits for a token.
 */
export async function textsSoFar(socket: RawSocket): Promise<readonly string[]> {
  const texts: string[] = [];
  for (let round = 0; round < rounds; round++) {
    socket.sendFrame({ opcode: opcodes.ping });
    for (;;) {
      const { opcode, payload } = await socket.nextFrame();
      if (opcode === opcodes.pong) break;
      texts.push(payload.toString("utf8"));
    }
  }
  return texts;
}
