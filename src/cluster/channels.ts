// The names of channels and keys. Only a topic's channel ends in `}`. In a Redis Cluster, everything about a topic
// that must keep its order has the topic's hash slot: `{…}`.

import type { NodeId, TopicName } from "../core/ids.ts";

export class Channels {
  readonly #prefix: string;
  readonly #isSharded: boolean;

  /**
   * @param prefix begins every name; has no braces
   * @param isSharded whether a channel is in the hash slot of its name, as in a Redis Cluster. Each topic then has
   * an inbox on each node. If not, a node has one inbox for all topics
   */
  constructor(prefix: string, isSharded: boolean) {
    this.#prefix = prefix;
    this.#isSharded = isSharded;
  }

  /** For all nodes that have the topic open. */
  topic(namespace: string, name: TopicName): string {
    return `${this.#prefix}{${namespace}/${name}}`;
  }

  isTopic(channel: string): boolean {
    return channel.startsWith(`${this.#prefix}{`) && channel.endsWith("}");
  }

  /** For one node, about a topic: messages keep their order with those on the topic's channel. */
  inbox(topicChannel: string, node: NodeId): string {
    return this.ownInbox(topicChannel, node) ?? this.node(node);
  }

  /** The node's inbox for this topic alone; `undefined` if it has one inbox for all topics. */
  ownInbox(topicChannel: string, node: NodeId): string | undefined {
    return this.#isSharded ? `${topicChannel}:${node}` : undefined;
  }

  /** The topic's channel, if this is an inbox for one topic alone. */
  static topicOf(inbox: string): string | undefined {
    const end = inbox.lastIndexOf("}:") + 1;
    return end === 0 ? undefined : inbox.slice(0, end);
  }

  /** What a node that has the topic open subscribes to. */
  ofTopic(topicChannel: string, node: NodeId): readonly string[] {
    const inbox = this.ownInbox(topicChannel, node);
    return inbox === undefined ? [topicChannel] : [topicChannel, inbox];
  }

  /** For all nodes. */
  get nodes(): string {
    return `${this.#prefix}nodes`;
  }

  /** A node's inbox. In a Redis Cluster it is for what concerns no topic. */
  node(node: NodeId): string {
    return `${this.#prefix}node:${node}`;
  }

  /** The key that exists while the node is alive. */
  lease(node: NodeId): string {
    return `${this.#prefix}lease:${node}`;
  }

  /** The key that says which node holds an id. */
  claim(namespace: string, name: TopicName): string {
    return `${this.#prefix}claim:{${namespace}/${name}}`;
  }

  /** The key of a set that all nodes share. */
  set(name: string): string {
    return `${this.#prefix}${name}`;
  }

  /** The key of a value that all nodes see. */
  shared(name: string): string {
    return `${this.#prefix}shared:${name}`;
  }

  /** The key by which a node tries whether claims can be written. */
  probe(node: NodeId): string {
    return `${this.#prefix}probe:${node}`;
  }
}
