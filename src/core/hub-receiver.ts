// What other nodes tell one hub, and what becomes of it there. Nothing of it is believed unseen: a member
// whose id or info does not fit is ignored, and told to the operator once of each node.

import { safeParse } from "valibot";
import type { Receiver } from "./bus.ts";
import type { FanOut } from "./fan-out.ts";
import { type HubSpec, isAnnounced } from "./hub-spec.ts";
import { isPlainId, memberId, type NodeId, type TopicName } from "./ids.ts";
import type { Limits } from "./limits.ts";
import type { Lists } from "./lists.ts";
import type { LocalMember, RemoteMember } from "./member.ts";
import type { CoreLog } from "./node.ts";
import type { Arrival } from "./outcome.ts";
import { isRole } from "./rights.ts";
import type { OwnTopic } from "./topic.ts";

/** Nodes that the log tells of; further ones are ignored in silence. */
const maxToldNodes = 100;

/**
 * Nodes may admit at the same time, or while they are apart, and then a topic has more than `maxTopicMembers`. Members of
 * other nodes count up to this many times as many; further ones are ignored.
 */
const maxExcess = 2;

/** What it shares with its hub. */
interface HubParts<Info> {
  readonly limits: Limits;
  readonly fanOut: FanOut;
  readonly lists: Lists<Info>;
  readonly log: CoreLog;
}

export class HubReceiver<Info> implements Receiver {
  readonly isAnnounced: boolean;
  readonly #namespace: string;
  readonly #spec: HubSpec<Info>;
  /** The hub's own. */
  readonly #topics: ReadonlyMap<string, OwnTopic<Info>>;
  readonly #parts: HubParts<Info>;
  readonly #toldNodes = new Set<NodeId>();

  constructor(
    namespace: string,
    spec: HubSpec<Info>,
    topics: ReadonlyMap<string, OwnTopic<Info>>,
    parts: HubParts<Info>,
  ) {
    this.isAnnounced = isAnnounced(spec);
    this.#namespace = namespace;
    this.#spec = spec;
    this.#topics = topics;
    this.#parts = parts;
  }

  local(name: TopicName): Iterable<LocalMember<Info>> {
    return this.#topics.get(name)?.locals() ?? [];
  }

  remoteJoined(name: TopicName, id: string, told: unknown, node: NodeId, role?: unknown): void {
    const topic = this.#topics.get(name);
    const member = topic && this.#checked(id, told, node, role);
    if (topic === undefined || member === undefined) return;
    const known = topic.members.get(id);
    if (known !== undefined && known.peer === undefined) {
      known.node = node;
      known.role = member.role;
      // Nobody is told of what has not changed.
      if (JSON.stringify(known.info) !== JSON.stringify(member.info))
        this.#update(topic, known, member.info);
      return;
    }
    if (known !== undefined) this.#spec.rival?.(known, member);
    if (topic.members.get(id) !== undefined) return;
    if (topic.members.size >= this.#parts.limits.maxTopicMembers * maxExcess)
      return this.#warn(node, "another node tells of more members than max-topic-members allows");
    topic.addRemote(member);
    this.#parts.fanOut.announce(topic, "joined", member.id, this.#spec.joined?.(member, topic));
    this.#parts.lists.changed(topic);
    this.#spec.appeared?.(member);
  }

  remoteUpdated(name: TopicName, id: string, told: unknown, node: NodeId, role?: unknown): void {
    const topic = this.#topics.get(name);
    const known = topic?.members.get(id);
    const member = known && this.#checked(id, told, node, role);
    if (topic === undefined || known === undefined || member === undefined) return;
    if (known.peer !== undefined) this.#spec.rival?.(known, member);
    else if (known.node === node) {
      known.role = member.role;
      this.#update(topic, known, member.info);
    }
  }

  remoteLeft(name: TopicName, id: string, node: NodeId): void {
    const topic = this.#topics.get(name);
    const member = this.#remote(name, id, node);
    if (topic === undefined || member === undefined) return;
    topic.deleteRemote(member);
    this.#parts.fanOut.announce(topic, "left", member.id, this.#spec.left?.(member, topic));
    this.#parts.lists.changed(topic);
  }

  remoteRelay(name: TopicName, to: string, frame: string): Arrival {
    const member = this.#topics.get(name)?.members.get(to);
    // No node sends an empty frame, and a transport would take it for backpressure.
    if (member?.peer === undefined || frame === "") return "absent";
    return member.relay(frame);
  }

  remoteBroadcast(name: TopicName, frame: string, to?: ReadonlySet<string>): void {
    const topic = this.#topics.get(name);
    if (topic === undefined || frame === "") return;
    if (to === undefined) this.#parts.fanOut.send(topic, frame);
    else this.#parts.fanOut.sendWithin(topic, frame, to);
  }

  #update(topic: OwnTopic<Info>, member: RemoteMember<Info>, info: Info): void {
    topic.update(member, info);
    this.#parts.fanOut.announce(topic, "updated", member.id, this.#spec.updated?.(member, topic));
  }

  #remote(name: TopicName, id: string, node: NodeId): RemoteMember<Info> | undefined {
    const member = this.#topics.get(name)?.members.get(id);
    return member?.peer === undefined && member?.node === node ? member : undefined;
  }

  /** @param role one that cannot be is none, which reaches the least */
  #checked(id: string, told: unknown, node: NodeId, role: unknown): RemoteMember<Info> | undefined {
    const info = safeParse(this.#spec.info, told);
    if (info.success && (this.#spec.isId ?? isPlainId)(id))
      return { id: memberId(id), info: info.output, node, role: isRole(role) ? role : undefined };
    this.#warn(node, "another node tells of members that cannot be; they are ignored");
    return undefined;
  }

  /** Warns of a node, once. */
  #warn(node: NodeId, what: string): void {
    if (this.#toldNodes.has(node) || this.#toldNodes.size === maxToldNodes) return;
    this.#toldNodes.add(node);
    this.#parts.log.warn({ namespace: this.#namespace, node }, what);
  }
}
