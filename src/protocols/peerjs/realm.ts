// Who is registered under which id, and how a message gets there or waits. Each id is a topic with its
// one holder as member: ids are unique on all nodes, and there may be as many as there is memory for.

import type { Claim, Failure } from "../../core/bus.ts";
import { type CloseReason, notJoined } from "../../core/close.ts";
import { Hub, type Outcome } from "../../core/hub.ts";
import { memberId, type TopicName } from "../../core/ids.ts";
import type { Node } from "../../core/node.ts";
import type { Peer } from "../../core/peer.ts";
import type { LocalMember, Member, RemoteMember } from "../../core/topic.ts";
import { Directory } from "./directory.ts";
import { type Identity, outlasts } from "./identity.ts";
import { type Origin, type Pair, WaitingRoom } from "./waiting-room.ts";
import { closings, frames, type Refusal, targetOf } from "./wire.ts";

/** A client under its id. */
export type Registered = LocalMember<Identity>;

export interface RealmOptions {
  /** How long messages wait for an id that nobody holds. */
  readonly timeoutSeconds: number;
  /** Clients of this node; 0 for no limit. */
  readonly maxClients: number;
  /** Whether all ids can be listed. */
  readonly isListed: boolean;
}

export class Realm {
  readonly #node: Node;
  readonly #hub: Hub<Identity>;
  readonly #room: WaitingRoom;
  readonly #maxClients: number;
  /** Where there are other nodes, and ids can be listed. */
  readonly #directory: Directory | undefined;

  constructor(node: Node, { timeoutSeconds, maxClients, isListed }: RealmOptions) {
    this.#node = node;
    this.#hub = new Hub<Identity>(node, "peerjs", {
      appeared: ({ id }) => this.#deliver(id),
      answered: (sender, frame, outcome) => this.#returned(sender, frame, outcome),
      rival: (client, rival) => this.#meet(client, rival),
    });
    this.#room = new WaitingRoom(node.peers, timeoutSeconds);
    this.#maxClients = maxClients;
    this.#directory = isListed && !this.#hub.isAlone ? new Directory(node) : undefined;
    node.peers.everyStep(() => this.#step());
  }

  /** All ids that are held; where there are other nodes only if they can be listed. */
  get ids(): readonly string[] | Promise<readonly string[]> {
    return this.#directory?.list() ?? [...this.#hub.topics].map(({ name }) => name);
  }

  /**
   * Asks for an id that is free, or the client's own, on all nodes. A promise resolves when the client can
   * be reached from all of them.
   */
  claim(name: TopicName, proof: string): Claim | Refusal | Promise<Claim | "taken"> {
    const claim = this.#refusal(name, proof) ?? this.#hub.claim(name, proof);
    if (!(claim instanceof Promise)) return claim;
    const known = [this.#hub.watch(name), this.#directory?.watch()];
    return Promise.all([claim, ...known]).then(([claimed]) => claimed);
  }

  /** Gives a client the id that it has claimed: this socket takes the place of an older one. */
  register(peer: Peer, name: TopicName, info: Identity): Registered | Refusal | CloseReason {
    const refusal = this.#refusal(name, info.proof);
    if (refusal !== undefined) return refusal;
    const older = this.#holder(name);
    if (older?.peer !== undefined) this.forget(older);
    const client = this.#hub.join(peer, name, { id: memberId(name), info });
    if (typeof client === "string") return notJoined[client];
    this.#directory?.add(client);
    peer.send(frames.open);
    this.#deliver(name);
    older?.peer?.close(closings.takenOver);
    return client;
  }

  /** Frees the id, unless another socket has taken it over. */
  forget(client: Registered): void {
    this.#hub.leave(client);
    this.#directory?.remove(client);
  }

  /** Nothing once it is known who holds an id, on all nodes; else a promise of that. */
  locate(id: string): Promise<void> | undefined {
    const known = this.#hub.watch(id);
    return known === undefined || this.#holder(id) !== undefined ? undefined : known;
  }

  /** Sends to whoever holds the id. */
  relay(from: Registered, to: string, frame: string): Outcome {
    return this.#relay(from.id, to, frame, "");
  }

  /**
   * The same, and what finds nobody waits for somebody to come.
   * @param text as it was received: what waits may hold on to all of it, whatever else is in it
   */
  relayOrKeep({ id: sender }: Registered, to: string, frame: string, text: string): void {
    const pair = { sender, missing: to };
    if (this.#send(pair, frame) === "absent")
      this.#keep(pair, frame, Buffer.byteLength(text), "client");
  }

  #holder(id: string): Member<Identity> | undefined {
    return this.#hub.topic(id)?.members.get(id);
  }

  #refusal(name: TopicName, proof: string): Refusal | undefined {
    const holder = this.#holder(name);
    // Of a holder on another node the claim tells.
    if (holder?.peer !== undefined) return holder.info.proof === proof ? undefined : "taken";
    const isFull = this.#maxClients > 0 && this.#hub.size >= this.#maxClients;
    return isFull ? "full" : undefined;
  }

  /** Somebody has come, here or on another node: sends what waited here. */
  #deliver(id: string): void {
    for (const { pair, frame } of this.#room.take(id)) this.#send(pair, frame);
  }

  /** Sends, and tells the sender if that fails; what finds nobody is left to the caller. */
  #send({ sender, missing }: Pair, frame: string): Outcome {
    const outcome = this.#relay(sender, missing, frame, frame);
    if (outcome === "dropped") this.#tell({ sender, missing });
    return outcome;
  }

  /**
   * What was sent to another node has failed there.
   * @param frame nothing for one that need not arrive
   */
  #returned(sender: string, frame: string, outcome: Failure): void {
    const missing = targetOf(frame);
    if (missing === undefined) return;
    const pair = { sender, missing };
    // Whoever has come meanwhile may have been sent more already, which this must not follow.
    if (outcome === "dropped" || this.#holder(missing) !== undefined) this.#tell(pair);
    else this.#keep(pair, frame, Buffer.byteLength(frame), "node");
  }

  #keep(pair: Pair, frame: string, bytes: number, origin: Origin): void {
    if (!this.#room.add(pair, frame, bytes, origin)) this.#tell(pair);
  }

  #relay(from: string, to: string, frame: string, reference: string): Outcome {
    const topic = this.#hub.topic(to);
    return topic === undefined
      ? "absent"
      : this.#hub.relay(topic, memberId(from), to, frame, reference);
  }

  /** Says that what was sent will not arrive. Who has left since needs no answer. */
  #tell({ sender, missing }: Pair): void {
    this.#relay(missing, sender, frames.expired(missing, sender), "");
  }

  /** An id is held here and on another node: one of the two gives it up. */
  #meet(client: Registered, rival: RemoteMember<Identity>): void {
    const { peer, info } = client;
    if (outlasts({ node: this.#node.bus.node, info }, rival)) return;
    this.forget(client);
    if (info.proof === rival.info.proof) return peer.close(closings.takenOver);
    peer.send(frames.refused("taken"));
    peer.close(closings.taken);
  }

  #step(): void {
    for (const pair of this.#room.expire()) this.#tell(pair);
    if (this.#hub.isAlone) return;
    // Ids that somebody waits for may appear on other nodes.
    for (const id of this.#room.missing) if (this.#hub.topic(id) !== undefined) this.#hub.watch(id);
  }
}
