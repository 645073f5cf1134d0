// Joins nodes within a test, as `Bus` has it: what one node tells the others is in flight until a test
// delivers it, and arrives in the order in which it was sent.

import type { Bus, Link, Receiver } from "../../src/core/bus.ts";
import { type MemberId, type NodeId, newNodeId, type TopicName } from "../../src/core/ids.ts";

/** One namespace on one node. */
interface Station {
  readonly node: NodeId;
  readonly namespace: string;
  readonly receiver: Receiver<unknown>;
  /** Its own members of the topics that are open on it, with their info as it travels. */
  readonly topics: Map<TopicName, Map<MemberId, string>>;
}

export class FakeNetwork {
  readonly #stations: Station[] = [];
  readonly #unreachable = new Set<NodeId>();
  #flying: (() => void)[] = [];

  /** What one more node is joined by. */
  bus(): Bus {
    const node = newNodeId();
    return { node, link: (namespace, receiver) => this.#link({ node, namespace, receiver }) };
  }

  /** All that is in flight arrives, and what is sent thereupon. */
  deliver(): void {
    for (let next = this.#flying.shift(); next !== undefined; next = this.#flying.shift()) next();
  }

  /** Relays to a node fail at once. */
  cut({ node }: Bus): void {
    this.#unreachable.add(node);
  }

  /** Topics that are open, over all nodes. */
  get openTopics(): number {
    return this.#stations.reduce((sum, { topics }) => sum + topics.size, 0);
  }

  #link(joining: Omit<Station, "topics">): Link<unknown> {
    const { node, receiver } = joining;
    const own: Station = { ...joining, topics: new Map() };
    this.#stations.push(own);
    const tell = (topic: TopicName, what: (other: Station) => void): void => {
      for (const other of this.#others(own))
        this.#fly(() => {
          if (other.topics.has(topic)) what(other);
        });
    };
    return {
      open: (topic) => {
        own.topics.set(topic, new Map());
        tell(topic, (other) => {
          for (const [id, info] of other.topics.get(topic) ?? [])
            this.#fly(() => receiver.remoteJoined(topic, id, arrived(info), other.node));
        });
      },
      close: (topic) => own.topics.delete(topic),
      joined: (topic, id, info) => {
        const travelling = JSON.stringify({ info });
        own.topics.get(topic)?.set(id, travelling);
        tell(topic, (other) => other.receiver.remoteJoined(topic, id, arrived(travelling), node));
      },
      updated: (topic, id, info) => {
        const travelling = JSON.stringify({ info });
        own.topics.get(topic)?.set(id, travelling);
        tell(topic, (other) => other.receiver.remoteUpdated(topic, id, arrived(travelling)));
      },
      left: (topic, id) => {
        own.topics.get(topic)?.delete(id);
        tell(topic, (other) => other.receiver.remoteLeft(topic, id));
      },
      relay: (topic, target, relay) => {
        const station = this.#others(own).find((other) => other.node === target);
        if (station === undefined || this.#unreachable.has(target)) return "dropped";
        this.#fly(() => {
          const outcome = station.receiver.remoteRelay(topic, relay);
          if (outcome === "sent" || outcome === "queued") return;
          const { from, reference } = relay;
          this.#fly(() => receiver.remoteAnswered(topic, from, reference, outcome));
        });
        return "sent";
      },
      broadcast: (topic, frame) =>
        tell(topic, (other) => other.receiver.remoteBroadcast(topic, frame)),
    };
  }

  #others({ node, namespace }: Station): readonly Station[] {
    return this.#stations.filter((other) => other.namespace === namespace && other.node !== node);
  }

  #fly(arrive: () => void): void {
    this.#flying.push(arrive);
  }
}

const arrived = (travelling: string): unknown => JSON.parse(travelling).info;
