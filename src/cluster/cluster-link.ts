// Joins one hub to the hubs of the same namespace on other nodes. If the hub throws at something that they have told,
// nothing else is lost.

import type { Claim, Link, MovedMember, Receiver, Relay } from "../core/bus.ts";
import type { MemberId, NodeId, TopicName } from "../core/ids.ts";
import type { Claims } from "./claims.ts";
import type { ClusterContext } from "./context.ts";
import type { Incoming } from "./incoming.ts";
import type { KnownNodes } from "./known-nodes.ts";
import type { TopicPart } from "./message.ts";
import type { OpenTopic } from "./open-topic.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Topics } from "./topics.ts";

/** Milliseconds between two faults of a hub that are logged: every message from Redis could cause one. */
const faultMs = 1000;

/** What the links of a node share. */
interface LinkParts {
  readonly context: ClusterContext;
  readonly nodes: KnownNodes;
  readonly topics: Topics;
  readonly outgoing: Outgoing;
  readonly incoming: Incoming;
  readonly claims: Claims;
}

export class ClusterLink implements Link {
  readonly isAlone = false;
  readonly #parts: LinkParts;
  readonly #namespace: string;
  readonly #receiver: Receiver;
  /** Those that are open, by name: its channel would have to be put together for each relay. */
  readonly #open = new Map<TopicName, OpenTopic>();

  constructor(parts: LinkParts, namespace: string, receiver: Receiver) {
    this.#parts = parts;
    this.#namespace = namespace;
    this.#receiver = guarded(receiver, parts.context);
  }

  open(name: TopicName): void {
    this.#open.set(name, this.#parts.topics.open(this.#channel(name), name, this.#receiver));
  }

  close(name: TopicName): void {
    const { context, topics, incoming } = this.#parts;
    const topic = this.#open.get(name);
    if (topic === undefined) return;
    this.#open.delete(name);
    topics.close(topic);
    const inbox = context.channels.ownInbox(topic.channel, context.node);
    if (inbox !== undefined) incoming.forgetChannel(inbox);
  }

  known(name: TopicName): Promise<void> | undefined {
    return this.#parts.topics.known(this.#channel(name));
  }

  claim(name: TopicName, proof: string): Claim | Promise<Claim | "taken"> {
    return this.#parts.claims.claim(this.#claimKey(name), name, proof, this.#receiver);
  }

  joined(name: TopicName, id: MemberId, info: unknown, role?: string, movedFrom?: NodeId): void {
    if (movedFrom !== undefined) this.#open.get(name)?.members.forget(movedFrom, id);
    this.#tell(name, { t: "joined", id, info, role, from: movedFrom });
  }

  updated(name: TopicName, id: MemberId, info: unknown, role?: string): void {
    this.#tell(name, { t: "updated", id, info, role });
  }

  left(name: TopicName, id: MemberId, moved?: MovedMember): void {
    this.#tell(name, { t: "left", id, to: moved?.node });
    const topic = this.#open.get(name);
    // Another node may hold the same id.
    if (moved === undefined) topic?.members.show(id);
    else topic?.moved(id, moved, this.#parts.context.now());
    this.#parts.claims.left(this.#claimKey(name));
  }

  relay(name: TopicName, node: NodeId, relay: Relay): "sent" | "dropped" {
    const topic = this.#open.get(name);
    if (topic?.hasNode(node) !== true || this.#parts.nodes.stopping.has(node)) return "dropped";
    return this.#parts.outgoing.relay(topic.channel, node, relay);
  }

  broadcast(name: TopicName, frame: string, to?: ReadonlySet<string>): void {
    if (to === undefined) this.#tell(name, { t: "broadcast", f: frame });
    else this.#tell(name, { t: "multicast", f: frame, to: [...to] });
  }

  /** Tells the nodes that have the topic open. Those that open it later are told everything then. */
  #tell(name: TopicName, part: TopicPart): void {
    const { outgoing } = this.#parts;
    const topic = this.#open.get(name);
    if (topic === undefined || topic.isAlone || !outgoing.reaches(topic.channel)) return;
    outgoing.toAll(topic.channel, part);
  }

  #channel(name: TopicName): string {
    return this.#parts.context.channels.topic(this.#namespace, name);
  }

  #claimKey(name: TopicName): string {
    return this.#parts.context.channels.claim(this.#namespace, name);
  }
}

/** Logs what the hub throws, in place of throwing it. */
function guarded(receiver: Receiver, { fault, now }: ClusterContext): Receiver {
  let toldAt = Number.NEGATIVE_INFINITY;
  const tell = (thrown: unknown): void => {
    if (now() - toldAt < faultMs) return;
    toldAt = now();
    fault(thrown);
  };
  const guard =
    <Said extends unknown[], Answer>(call: (...said: Said) => Answer, otherwise: Answer) =>
    (...said: Said): Answer => {
      try {
        return call.apply(receiver, said);
      } catch (thrown) {
        tell(thrown);
        return otherwise;
      }
    };
  return {
    isAnnounced: receiver.isAnnounced === true,
    local: (topic) => receiver.local(topic),
    remoteJoined: guard(receiver.remoteJoined, undefined),
    remoteUpdated: guard(receiver.remoteUpdated, undefined),
    remoteLeft: guard(receiver.remoteLeft, undefined),
    // What comes most often is passed on as it is, and not by a list of what was said.
    remoteRelay(topic, to, frame) {
      try {
        return receiver.remoteRelay(topic, to, frame);
      } catch (thrown) {
        tell(thrown);
        return "dropped";
      }
    },
    remoteBroadcast: guard(receiver.remoteBroadcast, undefined),
  };
}
