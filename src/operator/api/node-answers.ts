// What one node answers operators, for all nodes that ask it.

import { hostname } from "node:os";
import * as v from "valibot";
import type { CloseReason } from "../../core/close.ts";
import type { Node } from "../../core/node.ts";
import type { Pass } from "../../core/pass.ts";
import type { Peer } from "../../core/peer.ts";
import type { NodeCounts, ProtocolCounts } from "../../observe/counts.ts";
import { figuresOf, sum } from "./figures.ts";
import { firstOf } from "./page.ts";
import * as q from "./questions.ts";

/** What it is about. */
export interface NodeSubject {
  readonly version: string;
  readonly node: Node;
  readonly counts: NodeCounts;
  readonly isReady: () => boolean;
  /** Stops this process, once its answer has left. */
  readonly drain: () => void;
}

/** The id of a connection on all nodes. */
export const connectionId = (node: string, number: number): string => `${node}-${number}`;

export class NodeAnswers {
  readonly #subject: NodeSubject;

  /** From now on this node answers. */
  constructor(subject: NodeSubject) {
    this.#subject = subject;
    const { bus } = subject.node;
    bus.onQuestion(q.kinds.node, () => this.#about());
    bus.onQuestion(q.kinds.topics, (asked) => this.#topics(v.parse(q.topicsQuestion, asked)));
    bus.onQuestion(q.kinds.members, (asked) => this.#members(v.parse(q.membersQuestion, asked)));
    bus.onQuestion(q.kinds.connections, (asked) =>
      this.#connections(v.parse(q.connectionsQuestion, asked)),
    );
    bus.onQuestion(q.kinds.connection, (asked) => {
      const peer = this.#peer(v.parse(q.connectionQuestion, asked));
      return peer === undefined ? null : { ...this.#shown(peer), topics: topicsOf(peer) };
    });
    bus.onQuestion(q.kinds.closeConnection, (asked) => {
      const { closing, ...which } = v.parse(q.closeConnection, asked);
      const peer = this.#peer(which);
      peer?.close(reasonOf(closing));
      return peer === undefined ? 0 : 1;
    });
    bus.onQuestion(q.kinds.closeTopic, (asked) => this.#closeTopic(v.parse(q.closeTopic, asked)));
    bus.onQuestion(q.kinds.broadcast, (asked) => {
      const { protocol, name, frame } = v.parse(q.broadcast, asked);
      return sum(this.#hubs(protocol), (hub) => hub.broadcasts.tellHere(name, frame));
    });
    bus.onQuestion(q.kinds.drain, (asked) => {
      const { node = bus.node } = v.parse(q.drain, asked);
      if (node === bus.node) subject.drain();
      return node === bus.node;
    });
  }

  #about(): v.InferOutput<typeof q.nodeAnswer> {
    const { version, node, counts, isReady } = this.#subject;
    return {
      version,
      host: hostname(),
      startedAt: performance.timeOrigin / 1000,
      isReady: isReady(),
      connections: node.peers.size,
      topics: sum(counts.protocols.values(), ({ hubs }) => sum(hubs, ({ size }) => size)),
      ...figuresOf(node, counts),
    };
  }

  async #topics({ protocol, prefix = "", after, limit }: v.InferOutput<typeof q.topicsQuestion>) {
    const keyOf = (topic: NamedTopic): string | undefined =>
      topic.name.startsWith(prefix) ? `${topic.protocol}/${topic.name}` : undefined;
    return await firstOf(this.#allTopics(protocol), keyOf, after, limit);
  }

  *#allTopics(only: string | undefined): Iterable<NamedTopic> {
    for (const [protocol, { hubs }] of this.#subject.counts.protocols) {
      if (only !== undefined && only !== protocol) continue;
      for (const hub of hubs)
        for (const { name, localCount } of hub.topics)
          yield { protocol, name, members: localCount };
    }
  }

  async #members({ protocol, name, after, limit }: v.InferOutput<typeof q.membersQuestion>) {
    const topics = this.#hubs(protocol).flatMap((hub) => hub.topic(name) ?? []);
    const members = topics.flatMap((topic) => [...topic.members.values()]);
    const keyOf = ({ id, peer }: (typeof members)[number]) => (peer === undefined ? undefined : id);
    const first = await firstOf(members, keyOf, after, limit);
    const shown = first.flatMap(({ id, peer }) =>
      peer?.connection === undefined
        ? []
        : { id, connection: this.#idOf(peer.connection), user: userOf(peer.pass) },
    );
    return { count: sum(topics, ({ localCount }) => localCount), members: shown };
  }

  async #connections(asked: v.InferOutput<typeof q.connectionsQuestion>) {
    const { protocol, user, slow, after, limit } = asked;
    const { node } = this.#subject;
    const own = node.bus.node;
    // Nodes come one after another.
    if (after !== undefined && after.node > own) return [];
    const keyOf = ({ connection, group, pass, backedUpSince }: Peer): number | undefined => {
      if (protocol !== undefined && group.protocol !== protocol) return undefined;
      if (user !== undefined && userOf(pass) !== user) return undefined;
      return slow === true && backedUpSince === undefined ? undefined : connection;
    };
    const number = after?.node === own ? after.number : undefined;
    const peers = await firstOf(slow === true ? node.slow : node.peers, keyOf, number, limit);
    return peers.map((peer) => this.#shown(peer));
  }

  async #closeTopic({ protocol, name, closing }: v.InferOutput<typeof q.closeTopic>) {
    const topics = this.#hubs(protocol).flatMap((hub) => hub.topic(name) ?? []);
    // A close changes the members.
    const members = topics.flatMap((topic) => [...topic.members.values()]);
    const peers = new Set(members.flatMap(({ peer }) => peer ?? []));
    for (const peer of peers) peer.close(reasonOf(closing));
    return peers.size;
  }

  #hubs(protocol: string): ProtocolCounts["hubs"] {
    return this.#subject.counts.protocols.get(protocol)?.hubs ?? [];
  }

  #peer({ node, number }: v.InferOutput<typeof q.connectionQuestion>): Peer | undefined {
    if (node !== this.#subject.node.bus.node) return undefined;
    for (const peer of this.#subject.node.peers) if (peer.connection === number) return peer;
    return undefined;
  }

  #idOf(number: number): string {
    return connectionId(this.#subject.node.bus.node, number);
  }

  #shown(peer: Peer): v.InferOutput<typeof q.connection> {
    const { node } = this.#subject;
    const { connection = 0, group, pass, outbox, lastSeen, backedUpSince } = peer;
    const now = node.clock.seconds;
    return {
      id: this.#idOf(connection),
      node: node.bus.node,
      protocol: group.protocol,
      ...(userOf(pass) === undefined ? {} : { user: userOf(pass) }),
      silentSeconds: now - lastSeen,
      ...(backedUpSince === undefined ? {} : { slowSeconds: now - backedUpSince }),
      queuedFrames: outbox.waitingFrames,
      queuedBytes: outbox.waitingBytes,
    };
  }
}

interface NamedTopic {
  readonly protocol: string;
  readonly name: string;
  readonly members: number;
}

const reasonOf = ({ code, reason }: v.InferOutput<typeof q.closing>): CloseReason => ({
  name: "operator",
  code,
  reason,
});

/** The user of a token. */
const userOf = (pass: Pass | undefined): string | undefined =>
  pass !== undefined && "userId" in pass && typeof pass.userId === "string"
    ? pass.userId
    : undefined;

/** The names of the topics that a peer is in. */
const topicsOf = ({ memberships }: Peer): readonly string[] =>
  memberships.flatMap((membership) =>
    "topic" in membership && isNamed(membership.topic) ? membership.topic.name : [],
  );

const isNamed = (topic: unknown): topic is { readonly name: string } =>
  typeof topic === "object" && topic !== null && "name" in topic && typeof topic.name === "string";
