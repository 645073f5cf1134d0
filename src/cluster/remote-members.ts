// The members that other nodes have in a topic, as they tell of them. The hub is told of differences only. An
// id may be held on two nodes for a moment: the hub is shown one of them, and the other when that one leaves.

import type { Receiver } from "../core/bus.ts";
import type { MemberId, NodeId, TopicName } from "../core/ids.ts";
import type { MemberPart, ToldMember } from "./message.ts";

export class RemoteMembers {
  readonly #topic: TopicName;
  readonly #receiver: Receiver;
  readonly #nodes = new Map<NodeId, Map<MemberId, unknown>>();

  constructor(topic: TopicName, receiver: Receiver) {
    this.#topic = topic;
    this.#receiver = receiver;
  }

  /** One member of a node has joined, changed or left. */
  change(node: NodeId, part: MemberPart): void {
    switch (part.t) {
      case "joined":
        return this.#join(node, part);
      case "updated":
        return this.#update(node, part);
      case "left":
        return this.#leave(node, part.id);
      default:
    }
  }

  /** These are all the members of a node. */
  replace(node: NodeId, told: readonly ToldMember[]): void {
    const ids = new Set(told.map(({ id }) => id));
    for (const id of [...(this.#nodes.get(node)?.keys() ?? [])])
      if (!ids.has(id)) this.#leave(node, id);
    for (const each of told) {
      const known = this.#nodes.get(node);
      if (known?.has(each.id) !== true) this.#join(node, each);
      else if (JSON.stringify(known.get(each.id)) !== JSON.stringify(each.info))
        this.#update(node, each);
    }
  }

  /** Tells the hub of an id that some other node holds, if one does. */
  show(id: MemberId): boolean {
    for (const [node, members] of this.#nodes) {
      if (!members.has(id)) continue;
      this.#receiver.remoteJoined(this.#topic, id, members.get(id), node);
      return true;
    }
    return false;
  }

  #join(node: NodeId, { id, info }: ToldMember): void {
    const members = this.#nodes.get(node) ?? new Map<MemberId, unknown>();
    this.#nodes.set(node, members.set(id, info));
    this.#receiver.remoteJoined(this.#topic, id, info, node);
  }

  #update(node: NodeId, { id, info }: ToldMember): void {
    this.#nodes.get(node)?.set(id, info);
    this.#receiver.remoteUpdated(this.#topic, id, info, node);
  }

  #leave(node: NodeId, id: MemberId): void {
    const members = this.#nodes.get(node);
    if (members?.delete(id) !== true) return;
    if (members.size === 0) this.#nodes.delete(node);
    if (!this.show(id)) this.#receiver.remoteLeft(this.#topic, id, node);
  }
}
