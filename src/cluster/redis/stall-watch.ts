// Ends connections on which Redis owes replies and is silent. ioredis does the same (`socketTimeout`), but with a timer and
// a listener for each command, which cost a fifth of a publish. It is not time that is counted but looks, so that a
// process that was suspended does not take Redis for silent.

/** What is watched of a client of ioredis. */
export interface WatchedConnection {
  /** Set once it connects; another one after each loss. */
  readonly stream?: { readonly bytesRead: number; destroy(problem: Error): unknown };
  /** The commands without a reply. */
  readonly commandQueue: { readonly length: number };
}

/** Looks after which a silent connection is ended. */
const maxSilentLooks = 8;

interface Seen {
  stream: WatchedConnection["stream"];
  bytes: number;
  silentLooks: number;
}

export class StallWatch {
  readonly #seen: ReadonlyMap<WatchedConnection, Seen>;
  readonly #ms: number;
  #timer: Timer | undefined;

  /** @param ms how long a reply may take; up to a quarter more until that is noticed */
  constructor(connections: readonly WatchedConnection[], ms: number) {
    const unseen = { stream: undefined, bytes: 0, silentLooks: 0 };
    this.#seen = new Map(connections.map((connection) => [connection, { ...unseen }]));
    this.#ms = ms;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.look(), this.#ms / maxSilentLooks);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  look(): void {
    for (const [{ stream, commandQueue }, seen] of this.#seen) {
      const bytes = stream?.bytesRead ?? 0;
      const isSilent = commandQueue.length > 0 && stream === seen.stream && bytes === seen.bytes;
      Object.assign(seen, { stream, bytes, silentLooks: isSilent ? seen.silentLooks + 1 : 0 });
      if (seen.silentLooks > maxSilentLooks) stream?.destroy(new Error("timed out"));
    }
  }
}
