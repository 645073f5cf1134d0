// Ids that one node at most may hold. A claim is a key in Redis that is renewed, and lasts much longer than a lease; it
// is void once the lease of its node is gone. While Redis is away, each node grants claims by itself. When Redis is
// back they are written there, and those that have ended are deleted. If two nodes then hold one id, their hubs decide.

import type { Claim, Receiver } from "../core/bus.ts";
import { nodeId, type TopicName } from "../core/ids.ts";
import type { ClusterContext } from "./context.ts";
import type { KnownNodes } from "./known-nodes.ts";
import type { Lease } from "./lease.ts";
import { isRefusal } from "./redis/problem.ts";

/** Milliseconds that a claim lasts unless it is renewed. */
const claimMs = 3_600_000;

/** Milliseconds within which somebody must join after a claim was granted. */
const joinMs = 10_000;

/** Milliseconds that the claim of a probe lasts. */
const probeMs = 1000;

/** Sweeps in which each claim is visited once. */
const sweepsPerRound = 100;

/** Most claims that one sweep deletes late, so that a node with many neither blocks nor floods Redis. */
const endsPerSweep = 1000;

interface HeldClaim {
  readonly name: TopicName;
  readonly receiver: Receiver;
  /** As `Keys.claim` has it. */
  readonly claim: string;
  /** By the cluster's clock. */
  readonly since: number;
  renewedAt: number;
  /** Whether Redis may have this claim, or an earlier one of this node. */
  isTold: boolean;
}

export class Claims {
  readonly #context: ClusterContext;
  readonly #lease: Lease;
  readonly #nodes: KnownNodes;
  readonly #held = new Map<string, HeldClaim>();
  /** Claims that have ended but may still be in Redis. */
  readonly #over = new Map<string, string>();
  #visiting: Iterator<[string, HeldClaim]> = [][Symbol.iterator]();
  /** Whether this node stops: then those whose claims end may come back for a while, and nobody else gets their ids. */
  isStopping = false;
  /** Whether Redis refused something when that was last looked at. */
  #wasRefused = false;

  constructor(context: ClusterContext, lease: Lease, nodes: KnownNodes) {
    this.#context = context;
    this.#lease = lease;
    this.#nodes = nodes;
  }

  /** @param key of the claim; for the other parameters see `Hub.claim` */
  claim(
    key: string,
    name: TopicName,
    proof: string,
    receiver: Receiver,
  ): Claim | Promise<Claim | "taken"> {
    const hash = new Bun.CryptoHasher("sha256").update(`${key} ${proof}`).digest("hex");
    const grant = (claim: string, isTold: boolean, isUnwritten = false): Claim => {
      const now = this.#context.now();
      this.#over.delete(key);
      this.#held.set(key, { name, receiver, claim, since: now, renewedAt: now, isTold });
      const since = Number(claim.split(" ")[2]);
      return isUnwritten ? { since, isUnwritten } : { since };
    };
    const grantHere = (isTold: boolean, isUnwritten = false): Claim =>
      grant(`${this.#context.node} ${hash} ${Date.now() * 1000}`, isTold, isUnwritten);
    const over = this.#over.get(key);
    if (!this.#lease.isHeld)
      return grantHere(over !== undefined || this.#held.get(key)?.isTold === true);
    // It must not be deleted after the new one is granted.
    this.#over.delete(key);
    return this.#ask(key, hash, over).then(
      (claim) => (claim === "taken" ? "taken" : grant(claim, true)),
      (error) => this.#grantUnwritten(error, grantHere),
    );
  }

  /** Redis has not answered, or refuses to write the claim. Until it does, it is tried again at each sweep. */
  #grantUnwritten(
    error: unknown,
    grantHere: (isTold: boolean, isUnwritten: boolean) => Claim,
  ): Claim {
    const claim = grantHere(true, isRefusal(error));
    this.renewAll();
    return claim;
  }

  /** What Redis has refused is tried again; once it does everything, claims are written that could not be. */
  async settleRefusals(): Promise<void> {
    const { carrier, channels, node, refused } = this.#context;
    refused.forgetUntried();
    const request = { holder: node, proof: "probe", stale: undefined, ms: probeMs };
    if (refused.isAny)
      await carrier.keys.claim(channels.probe(node), request).catch(() => undefined);
    if (this.#wasRefused && !refused.isAny) this.renewAll();
    this.#wasRefused = refused.isAny;
  }

  /** A member of the topic has left. The claim ends at the end of the tick if no member is here then. */
  left(key: string): void {
    if (this.#held.has(key)) this.#context.schedule(() => this.#endUnused(key));
  }

  /** Writes all claims to Redis again: it may have lost them, or granted them to others. */
  renewAll(): void {
    for (const held of this.#held.values()) held.renewedAt = Number.NEGATIVE_INFINITY;
  }

  /** Renews some claims, and ends those that nobody uses. Call it at every step. */
  sweep(): void {
    for (let left = Math.ceil(this.#held.size / sweepsPerRound); left > 0; left--) {
      const { done, value } = this.#visiting.next();
      if (done !== true) this.#visit(...value);
      else this.#visiting = this.#held.entries();
    }
    if (!this.#lease.isHeld) return;
    for (const [key, claim] of this.#over.entries().take(endsPerSweep)) this.#end(key, claim);
  }

  /** Ends all claims, when the node leaves. */
  end(): void {
    for (const key of [...this.#held.keys()]) this.#endUnused(key);
  }

  /** Ends a claim, unless the topic has a member here. */
  #endUnused(key: string): void {
    const held = this.#held.get(key);
    if (held === undefined || isUsed(held)) return;
    this.#held.delete(key);
    if (this.#lease.isHeld) this.#end(key, held.claim);
    else if (held.isTold) this.#over.set(key, held.claim);
  }

  #visit(key: string, held: HeldClaim): void {
    const now = this.#context.now();
    if (now - held.since > joinMs) this.#endUnused(key);
    if (!this.#held.has(key) || now - held.renewedAt < claimMs / 2 || !this.#lease.isHeld) return;
    held.renewedAt = now;
    held.isTold = true;
    this.#context.carrier.keys.keepClaim(key, held.claim, claimMs).then(
      (isHeld) => {
        if (!isHeld && this.#held.get(key) === held) this.#held.delete(key);
      },
      () => {
        held.renewedAt = Number.NEGATIVE_INFINITY;
      },
    );
  }

  #end(key: string, claim: string): void {
    this.#over.delete(key);
    const { carrier, keepMs } = this.#context;
    const isKept = this.isStopping && keepMs > 0;
    const ended = isKept
      ? carrier.keys.keepClaim(key, claim, keepMs)
      : carrier.keys.endClaim(key, claim);
    ended.catch(() => {
      if (!this.#held.has(key)) this.#over.set(key, claim);
    });
  }

  /** @param over an earlier claim of this node that has ended but may still be in Redis */
  async #ask(key: string, proof: string, over: string | undefined): Promise<string> {
    const request = { holder: this.#context.node, proof, ms: claimMs };
    const claim = await this.#context.carrier.keys.claim(key, { ...request, stale: over });
    if (this.#isGranted(claim, proof)) return claim;
    const holder = nodeId(claim.split(" ")[0] ?? "");
    if (holder !== undefined && (await this.#nodes.holds(holder))) return "taken";
    const again = await this.#context.carrier.keys.claim(key, { ...request, stale: claim });
    return this.#isGranted(again, proof) ? again : "taken";
  }

  #isGranted(claim: string, proof: string): boolean {
    return claim.startsWith(`${this.#context.node} ${proof} `);
  }
}

/** Whether the topic has a member here. */
const isUsed = ({ receiver, name }: HeldClaim): boolean =>
  receiver.local(name)[Symbol.iterator]().next().done !== true;
