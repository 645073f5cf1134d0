// Whether the nodes that got a hello have answered it, and who waits for that.

import type { NodeId } from "../core/ids.ts";

export class Greeting {
  /** Whether a hello was said at all. */
  hasBegun = false;
  /** How many nodes got the hello, when that is known. */
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
    this.#reached = undefined;
    this.#answers.clear();
  }

  /** So many other nodes got it. */
  reached(count: number): void {
    this.#reached = count;
    if (this.isAnswered) this.settle();
  }

  answeredBy(node: NodeId): void {
    this.#answers.add(node);
    if (this.isAnswered) this.settle();
  }

  /** Whoever waits goes on. */
  settle(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }
}
