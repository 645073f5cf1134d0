// A fake of Bun's native pub/sub: publishes wait for the end of the tick, or for whatever else goes to the
// same socket.

/** One subscriber's side of it. */
export interface Subscriber {
  /** A message was published. */
  hear(frame: string): void;
  /** What was published so far reaches the socket, before anything else does. */
  handOn(): void;
}

export class FakeBroker {
  readonly #channels = new Map<string, Set<Subscriber>>();

  /** Channels that have subscribers. */
  get channels(): readonly string[] {
    return [...this.#channels.keys()];
  }

  subscribers(channel: string): ReadonlySet<Subscriber> {
    return this.#channels.get(channel) ?? new Set();
  }

  /** Sends to every subscriber but `sender`. */
  publish(channel: string, frame: string, sender?: Subscriber): void {
    for (const subscriber of this.subscribers(channel))
      if (subscriber !== sender) subscriber.hear(frame);
  }

  subscribe(channel: string, subscriber: Subscriber): void {
    const subscribers = this.#channels.get(channel) ?? new Set();
    this.#channels.set(channel, subscribers.add(subscriber));
  }

  unsubscribe(channel: string, subscriber: Subscriber): void {
    const subscribers = this.#channels.get(channel);
    subscribers?.delete(subscriber);
    if (subscribers?.size === 0) this.#channels.delete(channel);
  }

  /** The socket is closed. */
  drop(subscriber: Subscriber): void {
    for (const channel of this.channels) this.unsubscribe(channel, subscriber);
  }

  /** The event loop turns. */
  endTick(): void {
    for (const subscribers of this.#channels.values())
      for (const subscriber of subscribers) subscriber.handOn();
  }
}
