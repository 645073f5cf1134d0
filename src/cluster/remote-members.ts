// The members of a topic on other nodes, as those tell. The hub is told differences only. Two nodes may hold one id for
// a moment: the hub is told of one of them, and of the other when that one leaves.

import type { Receiver } from "../core/bus.ts";
import type { NodeId, TopicName } from "../core/ids.ts";
import type { KnownNodes } from "./known-nodes.ts";
import type { MemberPart, ToldMember } from "./message.ts";

/** UTF-16 units of the longest info, as JSON: more than any protocol allows. */
const maxInfoLength = 65_536;

/** UTF-16 units that a member takes here and in its hub, in addition to its id and info. */
const memberOverhead = 200;

/** The other nodes that have the topic open. */
interface OpenNodes {
  hasNode(node: NodeId): boolean;
  /** It is asked for all its members, when what is on its way has come. */
  askLater(node: NodeId, now: number): void;
}

export class RemoteMembers {
  readonly #topic: TopicName;
  readonly #receiver: Receiver;
  readonly #nodes: KnownNodes;
  /** By node and id: what it has told, as `textOf` writes it. */
  readonly #members = new Map<NodeId, Map<string, string>>();
  /** Those of whom their nodes have not told yet, as node and id. That they left there is news of an earlier time. */
  readonly #adopted = new Set<string>();
  /** Ids of those of whom other nodes have told that they have taken them over. */
  readonly #taken = new Set<string>();

  constructor(topic: TopicName, receiver: Receiver, nodes: KnownNodes) {
    this.#topic = topic;
    this.#receiver = receiver;
    this.#nodes = nodes;
  }

  /** A member has joined, changed or left. */
  change(node: NodeId, part: MemberPart, open: OpenNodes, now: number): void {
    switch (part.t) {
      case "joined":
        return this.#join(node, part, part.from);
      case "updated":
        return this.#update(node, part);
      case "left":
        if (this.#adopted.has(`${node} ${part.id}`)) return;
        if (part.to === undefined || !open.hasNode(part.to)) return this.#leave(node, part.id);
        if (!this.#move(part.id, node, part.to)) open.askLater(part.to, now);
        return;
      default:
    }
  }

  /** These are all the members of a node. */
  replace(node: NodeId, told: readonly ToldMember[]): void {
    const ids = new Set(told.map(({ id }) => id));
    for (const id of [...(this.#members.get(node)?.keys() ?? [])])
      if (!ids.has(id)) this.#leave(node, id);
    for (const each of told) {
      this.#adopted.delete(`${node} ${each.id}`);
      const known = this.#members.get(node)?.get(each.id);
      if (known === undefined) this.#join(node, each);
      else if (known !== textOf(each)) this.#update(node, each);
    }
  }

  /** A node does not have a member any more. The hub is not told. @returns whether it was known to have it */
  forget(node: NodeId, id: string): boolean {
    const members = this.#members.get(node);
    const info = members?.get(id);
    if (members === undefined || info === undefined) return false;
    members.delete(id);
    this.#adopted.delete(`${node} ${id}`);
    this.#taken.delete(id);
    this.#nodes.room.keep(-sizeOf(id, info));
    if (members.size === 0) this.#members.delete(node);
    return true;
  }

  /** A member that was here is on another node, and the hub knows. @returns whether that node has said so */
  adopt(node: NodeId, told: ToldMember): boolean {
    // What it had told before may be of an earlier time, when it had the member already.
    if (this.#taken.delete(told.id) && this.#members.get(node)?.has(told.id) === true) return true;
    if (this.#set(node, told)) this.#adopted.add(`${node} ${told.id}`);
    else this.#receiver.remoteLeft(this.#topic, told.id, node);
    return false;
  }

  /** Tells the hub of the member with this id on another node, if there is one. */
  show(id: string): boolean {
    for (const [node, members] of this.#members) {
      const text = members.get(id);
      if (text === undefined) continue;
      const { info, role } = toldIn(text);
      this.#receiver.remoteJoined(this.#topic, id, info, node, role);
      return true;
    }
    return false;
  }

  /** Forgets all members, without telling the hub: the topic is closed. */
  end(): void {
    for (const members of this.#members.values())
      for (const [id, info] of members) this.#nodes.room.keep(-sizeOf(id, info));
    this.#members.clear();
    this.#adopted.clear();
    this.#taken.clear();
  }

  /** @param from the node that has given it up. What that one last said of it was that it is there */
  #join(node: NodeId, told: ToldMember, from?: NodeId): void {
    const { id, info, role } = told;
    this.#adopted.delete(`${node} ${id}`);
    const wasThere = from !== undefined && this.forget(from, id);
    if (this.#set(node, told)) {
      if (from !== undefined) this.#taken.add(id);
      this.#receiver.remoteJoined(this.#topic, id, info, node, role);
    } else if (wasThere && !this.show(id)) this.#receiver.remoteLeft(this.#topic, id, from);
  }

  #update(node: NodeId, told: ToldMember): void {
    const { id, info, role } = told;
    if (this.#members.get(node)?.has(id) !== true || !this.#set(node, told)) return;
    this.#receiver.remoteUpdated(this.#topic, id, info, node, role);
  }

  #leave(node: NodeId, id: string): void {
    if (!this.forget(node, id)) return;
    if (!this.show(id)) this.#receiver.remoteLeft(this.#topic, id, node);
  }

  /**
   * Another node has a member now.
   * @returns false if that one has not said so yet: it may also have lost the member since
   */
  #move(id: string, from: NodeId, to: NodeId): boolean {
    const text = this.#members.get(from)?.get(id);
    if (text === undefined || !this.forget(from, id)) return true;
    if (this.#members.get(to)?.has(id) === true) return this.show(id);
    this.#join(to, { id, ...toldIn(text) });
    if (this.#members.get(to)?.has(id) === true) this.#adopted.add(`${to} ${id}`);
    return false;
  }

  /** @returns false if there is no room for it */
  #set(node: NodeId, told: ToldMember): boolean {
    const { id } = told;
    const members = this.#members.get(node) ?? new Map<string, string>();
    const text = textOf(told);
    const before = members.get(id);
    const grown = sizeOf(id, text) - (before === undefined ? 0 : sizeOf(id, before));
    if (text.length > maxInfoLength || !this.#nodes.room.keep(grown)) return false;
    this.#members.set(node, members.set(id, text));
    return true;
  }
}

/** What other nodes are told of a member here. */
export const toldOf = ({ id, info, role }: ToldMember): ToldMember => ({ id, info, role });

/**
 * A text takes less memory than what it stands for, and can be compared: the info as JSON, empty if there is none, and
 * in a line of its own the role, if there is one. No JSON of `stringify` has a line break.
 */
const textOf = ({ info, role }: ToldMember): string =>
  (JSON.stringify(info) ?? "") + (typeof role === "string" ? `\n${role}` : "");

function toldIn(text: string): Pick<ToldMember, "info" | "role"> {
  const end = text.indexOf("\n");
  const info = end === -1 ? text : text.slice(0, end);
  return {
    info: info === "" ? undefined : JSON.parse(info),
    role: end === -1 ? undefined : text.slice(end + 1),
  };
}

const sizeOf = (id: string, info: string): number => id.length + info.length + memberOverhead;
