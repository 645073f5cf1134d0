// Nodes that have said that they stop. Their clients come back soon, so their members are kept for a while.

import type { NodeId } from "../core/ids.ts";

export class StoppingNodes {
  /** Until when the members are kept, by the cluster's clock. */
  readonly #until = new Map<NodeId, number>();

  add(node: NodeId, until: number): void {
    this.#until.set(node, until);
  }

  has(node: NodeId): boolean {
    return this.#until.has(node);
  }

  delete(node: NodeId): void {
    if (this.#until.size > 0) this.#until.delete(node);
  }

  /** Takes out those whose time is over. */
  *takeOver(now: number): Iterable<NodeId> {
    for (const [node, until] of this.#until) {
      if (until > now) continue;
      this.#until.delete(node);
      yield node;
    }
  }
}
