// The bus of a server that is one node: there is nobody else to tell or to ask.

import type { Answers, Bus, Link } from "./bus.ts";
import { ControlHandlers } from "./control-handlers.ts";
import { type NodeId, newNodeId } from "./ids.ts";
import { OwnSet, type SharedSet } from "./shared-set.ts";

const nobody: Link = {
  isAlone: true,
  open() {},
  close() {},
  known: () => undefined,
  claim: () => ({ since: Date.now() * 1000 }),
  joined() {},
  updated() {},
  left() {},
  relay: () => "dropped",
  broadcast() {},
};

export class OneNode implements Bus {
  readonly node = newNodeId();
  readonly isReachable = true;
  readonly isLate = false;
  readonly others: readonly NodeId[] = [];
  readonly #handlers: ControlHandlers;

  /** @param fault is told of what a handler throws */
  constructor(fault: (thrown: unknown) => void) {
    this.#handlers = new ControlHandlers(fault);
  }

  keeps(): boolean {
    return false;
  }

  link(): Link {
    return nobody;
  }

  onQuestion(kind: string, answer: (question: unknown) => unknown): void {
    this.#handlers.onQuestion(kind, answer);
  }

  onOrder(kind: string, obey: (order: unknown) => void): void {
    this.#handlers.onOrder(kind, obey);
  }

  async ask(kind: string, question: unknown): Promise<Answers> {
    const answered = await this.#handlers.answer(kind, question);
    return answered === undefined
      ? { answers: new Map(), missing: [this.node] }
      : { answers: new Map([[this.node, answered.answer]]), missing: [] };
  }

  shared(_name: string, added: () => void): SharedSet {
    return new OwnSet(added);
  }

  firstValue(_name: string, value: string): Promise<string | undefined> {
    return Promise.resolve(value);
  }

  tell(to: NodeId | "all", kind: string, order: unknown): void {
    if (to === "all" || to === this.node) this.#handlers.obey(kind, order);
  }
}
