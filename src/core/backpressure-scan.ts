// Finds the subscribers that do not read. Native publish never says whose buffer grew, so after a bounded
// number of published bytes the buffers of all who were published to are looked at. A look costs at most
// one call for each delivery that came before it.

import { lookBytes, lookDeliveredBytes, softBufferedBytes } from "./limits.ts";
import type { Peer } from "./peer.ts";

/** A topic of whichever protocol; members on other nodes have no peer here. */
interface AnyTopic {
  /** How many hear the native channel. */
  readonly onChannel: number;
  readonly members: { values(): Iterable<{ readonly peer?: Peer | undefined }> };
}

export class Lookout {
  readonly #topics = new Set<AnyTopic>();
  #bytes = 0;
  #deliveredBytes = 0;

  /** `frame` was published natively to `topic`. */
  published(topic: AnyTopic, frame: string): void {
    this.#topics.add(topic);
    const bytes = Buffer.byteLength(frame);
    this.#bytes += bytes;
    this.#deliveredBytes += bytes * topic.onChannel;
    if (this.#bytes >= lookBytes || this.#deliveredBytes >= lookDeliveredBytes) this.look();
  }

  /** Takes every subscriber off its channels that has more than `softBufferedBytes` waiting. */
  look(): void {
    if (this.#topics.size === 0) return;
    for (const topic of this.#topics)
      for (const { peer } of topic.members.values()) if (peer !== undefined) inspect(peer);
    this.#topics.clear();
    this.#bytes = 0;
    this.#deliveredBytes = 0;
  }
}

function inspect({ isOpen, outbox, socket }: Peer): void {
  if (!isOpen || outbox.isBackedUp) return;
  if (socket.getBufferedAmount() > softBufferedBytes) outbox.backUp();
}
