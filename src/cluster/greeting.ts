// A hello in a topic, in the batch `hello`, until as many nodes have answered it as have received it.

import type { NodeId } from "../core/ids.ts";

/** Answers to one hello that are counted: more nodes than a cluster has. */
const maxAnswers = 4096;

export class Greeting {
  readonly hello: number;
  /** How many other nodes have received it, once that is known. */
  reached: number | undefined;
  readonly #answered = new Set<NodeId>();

  constructor(hello: number) {
    this.hello = hello;
  }

  answeredBy(node: NodeId): void {
    if (this.#answered.size < maxAnswers) this.#answered.add(node);
  }

  get isAnswered(): boolean {
    return this.reached !== undefined && this.#answered.size >= this.reached;
  }
}
