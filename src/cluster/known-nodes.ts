// The other nodes that this one knows, and which topics each of them has open too: perhaps none. A node is alive as
// long as its lease is there. Once that is gone, and the node has said nothing for as long, it is gone itself.
// Redis may have lost keys: after each new connection nodes have the time of a lease to bring theirs back.

import type { NodeId } from "../core/ids.ts";
import type { ClusterContext } from "./context.ts";
import type { Lease } from "./lease.ts";
import { type Batch, majorVersion } from "./message.ts";

interface KnownNode {
  /** The channels of the topics that it has open, of those that are open here. */
  readonly topics: Set<string>;
  /** When it last said something, by the cluster's clock. */
  heardAt: number;
}

/** What the leases of the known nodes say. */
interface Leases {
  /** With the epoch of each. */
  readonly alive: readonly (readonly [NodeId, number])[];
  readonly gone: readonly NodeId[];
}

/** Nodes of other versions that the operator is told of; further ones are ignored in silence. */
const maxToldVersions = 100;

export class KnownNodes {
  readonly #context: ClusterContext;
  readonly #lease: Lease;
  readonly #nodes = new Map<NodeId, KnownNode>();
  readonly #toldVersions = new Set<NodeId>();

  constructor(context: ClusterContext, lease: Lease) {
    this.#context = context;
    this.#lease = lease;
  }

  get all(): Iterable<NodeId> {
    return this.#nodes.keys();
  }

  /** The channels of the topics that it has open. */
  topics(node: NodeId): Iterable<string> {
    return this.#nodes.get(node)?.topics ?? [];
  }

  /** It has said something. */
  heard(node: NodeId): void {
    this.#get(node).heardAt = this.#context.now();
  }

  /** It is of another version: the two do not meet, and the operator is told once. */
  ofOtherVersion({ n: node, v: version }: Batch): void {
    if (this.#toldVersions.has(node) || this.#toldVersions.size === maxToldVersions) return;
    this.#toldVersions.add(node);
    const message = "another node speaks another version: the two do not meet";
    this.#context.log.warn({ version, own: majorVersion }, message);
  }

  opened(node: NodeId, topicChannel: string): void {
    this.#get(node).topics.add(topicChannel);
  }

  closed(node: NodeId, topicChannel: string): void {
    this.#nodes.get(node)?.topics.delete(topicChannel);
  }

  /** It is gone. */
  forget(node: NodeId): void {
    this.#nodes.delete(node);
  }

  /** Looks at the leases of all. Rejects if Redis does not answer. */
  async look(): Promise<Leases> {
    const { takenAt } = this.#lease;
    const nodes = [...this.all];
    const values = await this.#leasesOf(nodes);
    const alive: [NodeId, number][] = [];
    const gone: NodeId[] = [];
    if (takenAt !== this.#lease.takenAt || !this.#lease.isHeld) return { alive, gone };
    for (const [index, node] of nodes.entries()) {
      const value = values[index];
      if (typeof value === "string") alive.push([node, epochOf(value)]);
      else if (value === null && this.#isSilent(node)) gone.push(node);
    }
    return { alive, gone };
  }

  /** Whether the lease of a node is gone by now. */
  async isGone(node: NodeId): Promise<boolean> {
    const [value] = await this.#leasesOf([node]);
    return value === null;
  }

  async #leasesOf(nodes: readonly NodeId[]): Promise<readonly (string | null | undefined)[]> {
    const { carrier, channels } = this.#context;
    return await carrier.keys.get(nodes.map((node) => channels.lease(node)));
  }

  #isSilent(node: NodeId): boolean {
    const { now, leaseMs } = this.#context;
    const heardAt = this.#nodes.get(node)?.heardAt ?? 0;
    return now() - Math.max(heardAt, this.#lease.takenAt) >= leaseMs;
  }

  #get(node: NodeId): KnownNode {
    const known = this.#nodes.get(node);
    if (known !== undefined) return known;
    const added = { topics: new Set<string>(), heardAt: this.#context.now() };
    this.#nodes.set(node, added);
    return added;
  }
}

function epochOf(lease: string): number {
  try {
    const { epoch } = JSON.parse(lease);
    return typeof epoch === "number" ? epoch : 0;
  } catch {
    return 0;
  }
}
