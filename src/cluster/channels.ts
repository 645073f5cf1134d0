// The names of channels and keys. A topic's channel ends in `}`, and no other does; with Redis Cluster all
// that must keep its order shares the topic's hash slot, `{…}`.

import type { NodeId, TopicName } from "../core/ids.ts";

export class Channels {
  readonly #prefix: string;
  readonly #isSharded: boolean;

  /**
   * @param prefix in front of all names; without braces
   * @param isSharded whether a channel is in the slot of its name, as with Redis Cluster: then each topic
   * has an inbox of its own on each node, and else a node has one for all
   */
  constructor(prefix: string, isSharded: boolean) {
    this.#prefix = prefix;
    this.#isSharded = isSharded;
  }

  /** What is said to all nodes that have the topic open. */
  topic(namespace: string, name: TopicName): string {
    return `${this.#prefix}{${namespace}/${name}}`;
  }

  isTopic(channel: string): boolean {
    return channel.startsWith(`${this.#prefix}{`) && channel.endsWith("}");
  }

  /** What is said to one node about a topic, in order with what is said to all. */
  inbox(topicChannel: string, node: NodeId): string {
    return this.ownInbox(topicChannel, node) ?? this.node(node);
  }

  /** An inbox that is for this topic alone, if there is such a thing. */
  ownInbox(topicChannel: string, node: NodeId): string | undefined {
    return this.#isSharded ? `${topicChannel}:${node}` : undefined;
  }

  /** Of an inbox that is for one topic alone: that topic's channel. */
  static topicOf(inbox: string): string | undefined {
    const end = inbox.lastIndexOf("}:") + 1;
    return end === 0 ? undefined : inbox.slice(0, end);
  }

  /** What a node subscribes to for a topic. */
  ofTopic(topicChannel: string, node: NodeId): readonly string[] {
    const inbox = this.ownInbox(topicChannel, node);
    return inbox === undefined ? [topicChannel] : [topicChannel, inbox];
  }

  /** What is said to all nodes. */
  get nodes(): string {
    return `${this.#prefix}nodes`;
  }

  /** What is said to one node about no topic. */
  node(node: NodeId): string {
    return `${this.#prefix}node:${node}`;
  }

  /** The key that exists as long as the node is alive. */
  lease(node: NodeId): string {
    return `${this.#prefix}lease:${node}`;
  }

  /** The key that says who holds an id. */
  claim(namespace: string, name: TopicName): string {
    return `${this.#prefix}claim:{${namespace}/${name}}`;
  }
}
