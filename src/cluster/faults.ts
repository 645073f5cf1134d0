// Faults of ours that something another node has said brings to light: nothing else that was said is lost, and the
// log is not flooded.

import type { Receiver } from "../core/bus.ts";
import type { MemberId, NodeId, TopicName } from "../core/ids.ts";
import type { Outcome } from "../core/outcome.ts";

/** Milliseconds between two faults that are told: whoever can publish in Redis may cause one by each message. */
const faultMs = 1000;

/** A hub as other nodes reach it. */
export class GuardedReceiver implements Receiver {
  readonly #receiver: Receiver;
  readonly #fault: (thrown: unknown) => void;

  /** @param fault is told of what the hub throws */
  constructor(receiver: Receiver, fault: (thrown: unknown) => void) {
    this.#receiver = receiver;
    this.#fault = fault;
  }

  local(topic: TopicName): Iterable<{ readonly id: MemberId; readonly info: unknown }> {
    return this.#receiver.local(topic);
  }

  remoteJoined(topic: TopicName, id: string, info: unknown, node: NodeId): void {
    this.#guard(() => this.#receiver.remoteJoined(topic, id, info, node));
  }

  remoteUpdated(topic: TopicName, id: string, info: unknown, node: NodeId): void {
    this.#guard(() => this.#receiver.remoteUpdated(topic, id, info, node));
  }

  remoteLeft(topic: TopicName, id: string, node: NodeId): void {
    this.#guard(() => this.#receiver.remoteLeft(topic, id, node));
  }

  /** @returns `dropped` if the hub throws */
  remoteRelay(topic: TopicName, to: string, frame: string): Outcome {
    return this.#guard(() => this.#receiver.remoteRelay(topic, to, frame)) ?? "dropped";
  }

  remoteBroadcast(topic: TopicName, frame: string): void {
    this.#guard(() => this.#receiver.remoteBroadcast(topic, frame));
  }

  #guard<Answer>(call: () => Answer): Answer | undefined {
    try {
      return call();
    } catch (thrown) {
      this.#fault(thrown);
      return undefined;
    }
  }
}

/** Tells of a fault, unless it told of one just before. */
export function atMostOnce(
  fault: (thrown: unknown) => void,
  now: () => number,
): (thrown: unknown) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  return (thrown) => {
    if (now() - toldAt < faultMs) return;
    toldAt = now();
    fault(thrown);
  };
}
