// What one hub tells the other nodes: the members of its topics that are here, broadcasts, and relays.

import type { Claim, Link, Receiver, Relay } from "../core/bus.ts";
import type { MemberId, NodeId, TopicName } from "../core/ids.ts";
import type { Channels } from "./channels.ts";
import type { Claims } from "./claims.ts";
import type { Relays } from "./in-flight.ts";
import type { TopicPart } from "./message.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Topics } from "./topics.ts";

/** What the links of a node share. */
export interface Shared {
  readonly channels: Channels;
  readonly topics: Topics;
  readonly outgoing: Outgoing;
  readonly relays: Relays;
  readonly claims: Claims;
  /** Whether what is said on a channel would get through by now. */
  readonly reaches: (channel: string) => boolean;
  /** The channel on which a node is told something beside a topic, which it has open. */
  readonly wayTo: (node: NodeId, topicChannel: string) => string;
  /** Runs a callback at the end of the tick. */
  readonly schedule: (run: () => void) => void;
}

/** UTF-16 units that are held for a relay under way, beside what its sender's hub keeps. */
const overhead = 200;

export class RemoteLink implements Link {
  readonly isAlone = false;
  readonly #shared: Shared;
  readonly #namespace: string;
  readonly #receiver: Receiver;

  constructor(shared: Shared, namespace: string, receiver: Receiver) {
    this.#shared = shared;
    this.#namespace = namespace;
    this.#receiver = receiver;
  }

  open(name: TopicName): void {
    this.#shared.topics.open(this.#channel(name), name, this.#receiver);
  }

  close(name: TopicName): void {
    const topic = this.#topic(name);
    if (topic !== undefined) this.#shared.topics.close(topic);
  }

  known(name: TopicName): Promise<void> | undefined {
    return this.#topic(name)?.known;
  }

  claim(name: TopicName, proof: string): Claim | Promise<Claim | "taken"> {
    const { channels, claims } = this.#shared;
    return claims.claim(channels.claim(this.#namespace, name), name, proof, this.#receiver);
  }

  joined(name: TopicName, id: MemberId, info: unknown): void {
    this.#tell(name, { t: "joined", id, info });
  }

  updated(name: TopicName, id: MemberId, info: unknown): void {
    this.#tell(name, { t: "updated", id, info });
  }

  left(name: TopicName, id: MemberId): void {
    const { channels, claims, schedule } = this.#shared;
    this.#tell(name, { t: "left", id });
    this.#topic(name)?.leftHere(id);
    const claim = channels.claim(this.#namespace, name);
    // Somebody else may take the place within this tick.
    if (claims.has(claim)) schedule(() => claims.left(claim));
  }

  relay(name: TopicName, node: NodeId, { to, frame, failed, held }: Relay): "sent" | "dropped" {
    const { channels, outgoing, relays, reaches } = this.#shared;
    const channel = this.#channel(name);
    const inbox = channels.inbox(channel, node);
    const length = overhead + held;
    if (!reaches(channel) || !this.#shared.topics.get(channel)?.hasNode(node)) return "dropped";
    if (!relays.admits(inbox, node, length)) return "dropped";
    outgoing.toNode(inbox, { t: "relay", c: channel, to, f: frame }, { failed, length });
    return "sent";
  }

  broadcast(name: TopicName, frame: string): void {
    this.#tell(name, { t: "broadcast", f: frame });
  }

  /** Whoever opens the topic later is told of everything then. */
  #tell(name: TopicName, part: TopicPart): void {
    const { topics, outgoing, reaches } = this.#shared;
    const topic = topics.get(this.#channel(name));
    if (topic === undefined || topic.isAlone || !reaches(topic.channel)) return;
    outgoing.toTopic(topic.channel, part);
  }

  #topic(name: TopicName) {
    return this.#shared.topics.get(this.#channel(name));
  }

  #channel(name: TopicName): string {
    return this.#shared.channels.topic(this.#namespace, name);
  }
}
