// Joins nodes within a test, as `Bus` has it: what one node tells the others is in flight until a test
// delivers it, and arrives in the order in which it was sent.

import type { Bus, Claim, Link, Receiver, Relay } from "../../src/core/bus.ts";
import { type MemberId, type NodeId, newNodeId, type TopicName } from "../../src/core/ids.ts";
import { OwnSet } from "../../src/core/shared-set.ts";

/** One namespace on one node. */
interface Station {
  readonly node: NodeId;
  readonly namespace: string;
  readonly receiver: Receiver;
  readonly topics: Map<TopicName, Opened>;
}

/** A topic that is open on a node. */
interface Opened {
  /** The node's own members, with their info as it travels. */
  readonly members: Map<MemberId, string>;
  /** Until the others have answered. */
  known: Promise<void> | undefined;
}

interface Claimed extends Claim {
  readonly node: NodeId;
  readonly proof: string;
  /** Whether somebody has joined since: until then nobody else is granted it. */
  isUsed: boolean;
}

export class FakeNetwork {
  readonly #stations: Station[] = [];
  readonly #nodes = new Set<NodeId>();
  readonly #unreachable = new Set<NodeId>();
  readonly #claims = new Map<string, Claimed>();
  #flying: (() => void)[] = [];
  /** What nodes that are cut off would have heard, or would have been heard of. */
  #held: (() => void)[] = [];
  readonly #questions = new Map<string, (question: unknown) => unknown>();
  readonly #orders = new Map<string, (order: unknown) => void>();
  readonly #values = new Map<string, string>();
  #serial = 0;
  /** What members and claims have shown of themselves, as JSON. */
  readonly told: string[] = [];

  /** What one more node is joined by. */
  bus(): Bus {
    const node = newNodeId();
    this.#nodes.add(node);
    const isReachable = () => !this.#unreachable.has(node);
    return {
      node,
      isLate: false,
      get isReachable() {
        return isReachable();
      },
      others: [],
      keeps: (other) => other !== node && this.#nodes.has(other),
      link: (namespace, receiver) => this.#link({ node, namespace, receiver }),
      // No test of the core asks all nodes: the cluster's own do.
      onQuestion: (kind, answer) => this.#questions.set(`${node} ${kind}`, answer),
      onOrder: (kind, obey) => this.#orders.set(`${node} ${kind}`, obey),
      ask: async (kind, question, _deadlineMs, of) => {
        const answer = this.#questions.get(`${of} ${kind}`);
        if (of === undefined || answer === undefined) return { answers: new Map(), missing: [] };
        if (this.#unreachable.has(of) || !isReachable())
          return { answers: new Map(), missing: [of] };
        const travelled: unknown = JSON.parse(JSON.stringify(answer(question)));
        return { answers: new Map([[of, travelled]]), missing: [] };
      },
      tell: (to, kind, order) => {
        const arrive = (): void => this.#orders.get(`${to} ${kind}`)?.(order);
        if (to !== "all" && this.#unreachable.has(to)) this.#held.push(arrive);
        else this.#fly(arrive);
      },
      firstValue: async (name, value) => {
        if (!isReachable()) return undefined;
        if (!this.#values.has(name)) this.#values.set(name, value);
        return this.#values.get(name);
      },
      shared: (_name, added) => new OwnSet(added),
    };
  }

  /** All that is in flight arrives, and what is sent thereupon; or the first few of it. */
  deliver(count = Number.POSITIVE_INFINITY): void {
    for (let left = count; left > 0 && this.#flying.length > 0; left--) this.#flying.shift()?.();
  }

  /** The same, and what was waiting for it goes on. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; quiet++) {
      if (this.#flying.length > 0) quiet = 0;
      this.deliver();
      await new Promise(setImmediate);
    }
  }

  /** What is in flight does not arrive. */
  lose(): void {
    this.#flying = [];
  }

  /** A node hears of nobody and nobody of it; relays fail at once, and its claims are granted there. */
  cut({ node }: Bus): void {
    this.#unreachable.add(node);
  }

  /** It hears and is heard again, and of what it has missed. */
  heal({ node }: Bus): void {
    this.#unreachable.delete(node);
    this.#flying.push(...this.#held.splice(0));
  }

  /** Topics that are open, over all nodes. */
  get openTopics(): number {
    return this.#stations.reduce((sum, { topics }) => sum + topics.size, 0);
  }

  #link(joining: Omit<Station, "topics">): Link {
    const { node, namespace, receiver } = joining;
    const own: Station = { ...joining, topics: new Map() };
    this.#stations.push(own);
    const tell = (topic: TopicName, what: (other: Station) => void): void => {
      for (const other of this.#others(own)) {
        const arrive = (): void => {
          if (other.topics.has(topic)) what(other);
        };
        if (this.#isCut(own, other)) this.#held.push(arrive);
        else this.#fly(arrive);
      }
    };
    return {
      isAlone: false,
      open: (topic) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        const isAway = this.#unreachable.has(node);
        const opened: Opened = { members: new Map(), known: isAway ? undefined : promise };
        own.topics.set(topic, opened);
        tell(topic, (other) => {
          for (const [id, told] of other.topics.get(topic)?.members ?? [])
            this.#fly(() => {
              const { info, role } = arrived(told);
              receiver.remoteJoined(topic, id, info, other.node, role);
            });
        });
        // Two flights later, after the answers.
        this.#fly(() =>
          this.#fly(() => {
            opened.known = undefined;
            resolve();
          }),
        );
      },
      close: (topic) => own.topics.delete(topic),
      known: (topic) => own.topics.get(topic)?.known,
      claim: (topic, proof) => {
        if (this.#unreachable.has(node)) return { since: ++this.#serial };
        this.told.push(JSON.stringify({ proof }));
        return new Promise((resolve) =>
          this.#fly(() => {
            const granted = this.#claim(`${namespace}/${topic}`, topic, own, proof);
            this.#fly(() => resolve(granted));
          }),
        );
      },
      joined: (topic, id, info, role) => {
        const travelling = JSON.stringify({ info, role });
        this.told.push(travelling);
        own.topics.get(topic)?.members.set(id, travelling);
        const claim = this.#claims.get(`${namespace}/${topic}`);
        if (claim?.node === node) claim.isUsed = true;
        const told = arrived(travelling);
        tell(topic, (other) => other.receiver.remoteJoined(topic, id, told.info, node, told.role));
      },
      updated: (topic, id, info, role) => {
        const travelling = JSON.stringify({ info, role });
        own.topics.get(topic)?.members.set(id, travelling);
        const told = arrived(travelling);
        tell(topic, (other) => other.receiver.remoteUpdated(topic, id, told.info, node, told.role));
      },
      left: (topic, id) => {
        own.topics.get(topic)?.members.delete(id);
        tell(topic, (other) => other.receiver.remoteLeft(topic, id, node));
        // Another node may hold the same id.
        for (const other of this.#others(own).filter((each) => !this.#isCut(own, each))) {
          const told = other.topics.get(topic)?.members.get(id);
          if (told === undefined) continue;
          const { info, role } = arrived(told);
          receiver.remoteJoined(topic, id, info, other.node, role);
        }
      },
      relay: (topic, target, { to, frame, failed }: Relay) => {
        const station = this.#others(own).find((other) => other.node === target);
        if (station === undefined || this.#isCut(own, station)) return "dropped";
        this.#fly(() => {
          const outcome = station.receiver.remoteRelay(topic, to, frame);
          if (outcome === "absent" || outcome === "dropped") this.#fly(() => failed(outcome));
        });
        return "sent";
      },
      broadcast: (topic, frame, to) => {
        if (this.#unreachable.has(node)) return;
        tell(topic, (other) => other.receiver.remoteBroadcast(topic, frame, to));
      },
    };
  }

  #claim(key: string, topic: TopicName, { node }: Station, proof: string): Claim | "taken" {
    const held = this.#claims.get(key);
    const namespace = key.slice(0, key.indexOf("/"));
    const holder = this.#stations.find(
      (station) => station.node === held?.node && station.namespace === namespace,
    );
    const isHeld = held?.isUsed === false || (holder?.topics.get(topic)?.members.size ?? 0) > 0;
    if (held !== undefined && isHeld && held.proof !== proof) return "taken";
    const claimed = { node, proof, since: ++this.#serial, isUsed: false };
    this.#claims.set(key, claimed);
    return { since: claimed.since };
  }

  #isCut(one: Station, other: Station): boolean {
    return this.#unreachable.has(one.node) || this.#unreachable.has(other.node);
  }

  #others({ node, namespace }: Station): readonly Station[] {
    return this.#stations.filter((other) => other.namespace === namespace && other.node !== node);
  }

  #fly(arrive: () => void): void {
    this.#flying.push(arrive);
  }
}

const arrived = (travelling: string): { readonly info: unknown; readonly role?: unknown } =>
  JSON.parse(travelling);
