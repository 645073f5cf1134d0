// The nodes that this one has met and that are not known to be gone, and which topics each of them has open
// too: perhaps none any more.

import type { NodeId } from "../core/ids.ts";
import type { OpenTopic } from "./open-topic.ts";

export class Met {
  readonly #topics = new Map<NodeId, Set<OpenTopic>>();

  get nodes(): Iterable<NodeId> {
    return this.#topics.keys();
  }

  topics(node: NodeId): Iterable<OpenTopic> {
    return this.#topics.get(node) ?? [];
  }

  /** @param topic one that it has open, if it is about one */
  add(node: NodeId, topic?: OpenTopic): void {
    const topics = this.#topics.get(node) ?? new Set();
    this.#topics.set(node, topics);
    if (topic !== undefined) topics.add(topic);
  }

  /** It has closed that topic. */
  delete(node: NodeId, topic: OpenTopic): void {
    this.#topics.get(node)?.delete(topic);
  }

  /** It is gone. */
  forget(node: NodeId): void {
    this.#topics.delete(node);
  }
}
