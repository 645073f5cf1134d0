// Many clients at once, each alone in a topic of its own.

import { RawSocket } from "./raw-socket.ts";
import { freshTopic } from "./topic-client.ts";

/** Connections that are opened at a time: less than what a listener queues. */
const waveSize = 250;

/** In the order in which the server has them. */
export async function gather(url: URL, size: number): Promise<readonly RawSocket[]> {
  const crowd: RawSocket[] = [];
  while (crowd.length < size) {
    const wave = Math.min(waveSize, size - crowd.length);
    const opened = Array.from({ length: wave }, () => RawSocket.open(url, `/ws/${freshTopic()}`));
    crowd.push(...(await Promise.all(opened)));
  }
  return crowd;
}
