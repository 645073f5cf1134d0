// The messages that wait for one missing id, in the order in which they will be delivered.

import type { Call, Caller, Pair } from "./callers.ts";

/** Where a message comes from: its sender, or another node whose client had gone when it arrived there. */
export type Origin = "client" | "node";

/** A message that is delivered. */
export interface Waiting {
  readonly pair: Pair;
  readonly frame: string;
}

/** A message that waits. */
export interface Kept extends Waiting {
  readonly pair: Call;
  /** What it counts for, in bytes. */
  readonly bytes: number;
  readonly origin: Origin;
  /** When it came, by the clock. */
  readonly since: number;
}

export class Queue {
  /** What all messages here count for, in bytes. */
  bytes = 0;
  readonly calls = new Map<Caller, Call>();
  #messages: Kept[] = [];

  /** Oldest first. */
  get messages(): readonly Kept[] {
    return this.#messages;
  }

  /** The call with the most bytes here beyond its caller's share. */
  largest(share: number): Call | undefined {
    let largest: Call | undefined;
    let most = 0;
    for (const call of this.calls.values()) {
      const bytes = beyondShare(call, share);
      if (bytes > most) [largest, most] = [call, bytes];
    }
    return largest;
  }

  /** What its calls count for in all, each without what its caller may always have here. */
  beyond(share: number): number {
    let bytes = 0;
    for (const call of this.calls.values()) bytes += beyondShare(call, share);
    return bytes;
  }

  /**
   * Adds a message at the end. One that comes back from another node goes before those that its sender has sent
   * since, and takes over their time.
   * @returns the message with its time
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

  /** Removes the oldest messages. */
  shift(count: number): readonly Kept[] {
    const oldest = this.#messages.slice(0, count);
    this.#messages = this.#messages.slice(count);
    for (const { bytes } of oldest) this.bytes -= bytes;
    return oldest;
  }

  /** Removes all messages of one call. */
  remove(call: Call): void {
    this.#messages = this.#messages.filter(({ pair }) => pair !== call);
    this.bytes -= call.bytes;
  }
}

/** What a call counts for beyond the share of its caller. @param more bytes that it would have in addition */
export const beyondShare = ({ bytes, caller }: Call, share: number, more = 0): number =>
  caller.isHere ? Math.max(0, bytes + more - share) : bytes + more;
