// Whether the nodes that got a hello have answered it, and who waits for that.

import type { NodeId } from "../core/ids.ts";

export class Greeting {
  /** Whether a hello was said at all. */
  hasBegun = false;
  /** The number of the batch with the last hello. */
  #serial: number | undefined;
  /** How many nodes got it, when that is known. */
  #reached: number | undefined;
  readonly #answers = new Set<NodeId>();
  #waiting: PromiseWithResolvers<void> | undefined = Promise.withResolvers();

  /** Whether everybody who got the last hello has answered. */
  get isAnswered(): boolean {
    return this.#reached !== undefined && this.#answers.size >= this.#reached;
  }

  /** Nothing once the first hello is answered, or is not waited for any more. */
  get answered(): Promise<void> | undefined {
    return this.#waiting?.promise;
  }

  /** A hello is about to be said. */
  begin(): void {
    this.hasBegun = true;
    this.#serial = undefined;
    this.#reached = undefined;
    this.#answers.clear();
  }

  /** It is in this batch. */
  said(serial: number): void {
    this.#serial = serial;
  }

  /** So many other nodes got it. */
  reached(count: number): void {
    this.#reached = count;
    if (this.isAnswered) this.settle();
  }

  /** @param serial the hello that is answered: others may say something as well, who did not get the last */
  answeredBy(node: NodeId, serial: number | undefined): void {
    if (serial === undefined || serial !== this.#serial) return;
    this.#answers.add(node);
    if (this.isAnswered) this.settle();
  }

  /** Whoever waits goes on. */
  settle(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }
}
