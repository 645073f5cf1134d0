// Whether the nodes that got a hello have answered it, and who waits for that.

import type { NodeId } from "../core/ids.ts";

export class Greeting {
  /** The number of the batch with the last hello, if there was one. */
  #hello: number | undefined;
  /** How many nodes got it, when that is known. */
  #reached: number | undefined;
  readonly #answers = new Set<NodeId>();
  #waiting: PromiseWithResolvers<void> | undefined = Promise.withResolvers();

  /** Whether a hello was said at all. */
  get hasBegun(): boolean {
    return this.#hello !== undefined;
  }

  /** Whether everybody who got the last hello has answered. */
  get isAnswered(): boolean {
    return this.#reached !== undefined && this.#answers.size >= this.#reached;
  }

  /** Nothing once the first hello is answered, or is not waited for any more. */
  get answered(): Promise<void> | undefined {
    return this.#waiting?.promise;
  }

  /** A hello is being said, in this batch. */
  begin(hello: number): void {
    this.#hello = hello;
    this.#reached = undefined;
    this.#answers.clear();
  }

  /** So many other nodes got that hello. */
  reached(hello: number, count: number): void {
    if (hello !== this.#hello) return;
    this.#reached = count;
    if (this.isAnswered) this.settle();
  }

  /** @param hello that is answered: others may say something as well, who did not get the last one */
  answeredBy(node: NodeId, hello: number | undefined): void {
    if (hello === undefined || hello !== this.#hello) return;
    this.#answers.add(node);
    if (this.isAnswered) this.settle();
  }

  /** Whoever waits goes on. */
  settle(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }
}
