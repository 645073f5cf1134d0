// What waits for one missing id: messages in the order in which they will be handed out, and whose they are.

import type { Call, Caller, Pair } from "./callers.ts";

/** Where a message was last: with its sender, or on the way to somebody who had gone when it arrived. */
export type Origin = "client" | "node";

/** A message as it is handed out. */
export interface Waiting {
  readonly pair: Pair;
  readonly frame: string;
}

/** A message as it is kept. */
export interface Kept extends Waiting {
  readonly pair: Call;
  /** What it counts for. */
  readonly bytes: number;
  readonly origin: Origin;
  /** By the clock. */
  readonly since: number;
}

export class Queue {
  /** What all messages count for. */
  bytes = 0;
  readonly calls = new Map<Caller, Call>();
  #messages: Kept[] = [];

  /** Oldest first. */
  get messages(): readonly Kept[] {
    return this.#messages;
  }

  /** The call that has most waiting here. */
  get largest(): Call | undefined {
    let largest: Call | undefined;
    for (const call of this.calls.values())
      if (largest === undefined || call.bytes > largest.bytes) largest = call;
    return largest;
  }

  /**
   * Adds a message, by time. One that comes back goes before those that its sender has sent since, and counts
   * as no older than they are.
   * @returns the message as it is kept
   */
  insert(message: Kept): Kept {
    const at =
      message.origin === "client"
        ? -1
        : this.#messages.findIndex(
            ({ pair, origin }) => pair === message.pair && origin === "client",
          );
    const next = this.#messages[at];
    const kept = next === undefined ? message : { ...message, since: next.since };
    if (next === undefined) this.#messages.push(kept);
    else this.#messages.splice(at, 0, kept);
    this.bytes += kept.bytes;
    return kept;
  }

  /** Takes out the oldest ones. */
  shift(count: number): readonly Kept[] {
    const oldest = this.#messages.slice(0, count);
    this.#messages = this.#messages.slice(count);
    for (const { bytes } of oldest) this.bytes -= bytes;
    return oldest;
  }

  /** Takes out those of one call. */
  remove(call: Call): void {
    this.#messages = this.#messages.filter(({ pair }) => pair !== call);
    this.bytes -= call.bytes;
  }
}
