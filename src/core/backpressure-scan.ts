// Finds the subscribers that do not read. Native publish never says whose buffer grew, so the buffers of all
// who were published to are read after a bounded number of published bytes. A scan costs at most one call
// for each delivery that came before it.

import { scanBytes, scanDeliveredBytes, softBufferedBytes } from "./limits.ts";
import type { Peer } from "./peer.ts";

/** A topic of whichever protocol; members on other nodes have no peer here. */
interface AnyTopic {
  /** How many hear the native channel. */
  readonly onChannel: number;
  readonly members: { values(): Iterable<{ readonly peer?: Peer | undefined }> };
}

export class BackpressureScan {
  readonly #topics = new Set<AnyTopic>();
  #bytes = 0;
  #deliveredBytes = 0;

  /** A frame of so many bytes was published natively to `topic`. */
  published(topic: AnyTopic, bytes: number): void {
    this.#topics.add(topic);
    this.#bytes += bytes;
    this.#deliveredBytes += bytes * topic.onChannel;
    if (this.#bytes >= scanBytes || this.#deliveredBytes >= scanDeliveredBytes) this.scan();
  }

  /** Takes every subscriber off its channels that has more than `softBufferedBytes` waiting. */
  scan(): void {
    if (this.#topics.size === 0) return;
    for (const topic of this.#topics)
      for (const { peer } of topic.members.values()) if (peer !== undefined) inspect(peer);
    this.#topics.clear();
    this.#bytes = 0;
    this.#deliveredBytes = 0;
  }
}

function inspect({ isOpen, outbox, transport }: Peer): void {
  if (!isOpen || outbox.isBackedUp) return;
  if (transport.getBufferedAmount() > softBufferedBytes) outbox.backUp();
}
