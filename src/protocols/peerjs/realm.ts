// Who is registered under which id, and how a message gets there or waits. Each id is a topic with its holder as
// the only member, so that ids are unique on all nodes.

import type { Claim } from "../../core/bus.ts";
import type { Clock } from "../../core/clock.ts";
import { type CloseReason, notJoined } from "../../core/close.ts";
import type { Hub } from "../../core/hub.ts";
import { isTopicName, memberId, type NodeId, type TopicName } from "../../core/ids.ts";
import type { LocalMember, Member, RemoteMember } from "../../core/member.ts";
import type { FailedOutcome } from "../../core/outcome.ts";
import type { Peer } from "../../core/peer.ts";
import type { Context } from "../protocol.ts";
import type { Pair } from "./callers.ts";
import { Directory } from "./directory.ts";
import type { Origin } from "./queue.ts";
import { outlasts, type Registration, registration } from "./registration.ts";
import { WaitingRoom } from "./waiting-room.ts";
import { closings, frames, type OpenRefusal, targetOf } from "./wire.ts";

/** The topics of ids that messages wait for are kept warm by asking this often, in seconds; see `warmSeconds`. */
const renewSeconds = 2;

/** A client that is registered under an id. */
export type Registered = LocalMember<Registration>;

export interface RealmOptions {
  /** How long messages wait for an id that nobody has. */
  readonly timeoutSeconds: number;
  /** Most clients on this node; 0 for no limit. */
  readonly maxClients: number;
  /** Whether all ids can be listed. */
  readonly isListed: boolean;
}

export class Realm {
  /** Whether all ids can be listed. */
  readonly isListed: boolean;
  readonly #node: NodeId;
  readonly #clock: Clock;
  readonly #hub: Hub<Registration>;
  readonly #room: WaitingRoom;
  readonly #maxClients: number;
  /** Set if there are other nodes and ids can be listed. */
  readonly #directory: Directory | undefined;

  constructor(context: Context, { timeoutSeconds, maxClients, isListed }: RealmOptions) {
    this.isListed = isListed;
    this.#node = context.node;
    this.#clock = context.clock;
    this.#hub = context.hub("peerjs", {
      info: registration,
      isId: isTopicName,
      appeared: ({ id }) => this.#deliver(id),
      rival: (client, rival) => this.#meet(client, rival),
    });
    this.#room = new WaitingRoom(context.clock, timeoutSeconds);
    this.#maxClients = maxClients;
    this.#directory = isListed && !this.#hub.isAlone ? new Directory(context) : undefined;
    context.clock.everyStep(() => this.#step());
  }

  /** Messages that were kept so far, by where they came from. */
  get kept(): Readonly<Record<Origin, number>> {
    return this.#room.kept;
  }

  /** All registered ids. With other nodes, those on this node only, unless ids can be listed. */
  get ids(): readonly string[] | Promise<readonly string[]> {
    return this.#directory?.list() ?? [...this.#hub.topics].map(({ name }) => name);
  }

  /**
   * Claims an id on all nodes. It must be free, or held with the same proof. A promise resolves when the client
   * can be reached from all nodes.
   */
  claim(name: TopicName, proof: string): Claim | OpenRefusal | Promise<Claim | "taken"> {
    const claim = this.#refusal(name, proof) ?? this.#hub.claim(name, proof);
    if (!(claim instanceof Promise)) return claim;
    const known = [this.#hub.warm(name), this.#directory?.warm()];
    return Promise.all([claim, ...known]).then(([claimed]) => claimed);
  }

  /** Registers a client under the id that it has claimed. An older socket with this id is closed. */
  register(
    peer: Peer,
    name: TopicName,
    proof: string,
    { since, isUnwritten }: Claim,
  ): Registered | OpenRefusal | CloseReason {
    const info = { proof, since };
    const refusal = this.#refusal(name, proof);
    if (refusal !== undefined) return refusal;
    const older = this.#holder(name);
    // Redis could not tell whether somebody on another node has it: what is known here decides.
    if (isUnwritten === true && older !== undefined && older.info.proof !== proof) return "taken";
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
    for (const pair of this.#room.left(client.peer)) this.#tell(pair);
  }

  /** @returns `undefined` if it is known who holds an id, or a promise that resolves when it is */
  locate(id: string): Promise<void> | undefined {
    const known = this.#hub.warm(id);
    return known === undefined || this.#holder(id) !== undefined ? undefined : known;
  }

  /**
   * Sends a frame to the holder of an id.
   * @param reference passed to the client's `failed` if the relay fails; unset: `failed` is not called
   */
  relay({ peer }: Registered, to: string, frame: string, reference?: string): void {
    this.#hub.relay(peer, this.#hub.topic(to), to, frame, reference);
  }

  /**
   * A relay has failed. If nobody holds the id, the message waits. Clients take any error but EXPIRE for their own end.
   * @param frame the message
   */
  failed({ id, peer }: Registered, frame: string, why: FailedOutcome, origin: Origin): void {
    const missing = targetOf(frame);
    if (missing === undefined) return;
    const pair = { sender: id, peer, missing };
    // A client that has come since may have got later messages, so this one would be out of order.
    const isTooLate = origin === "node" && this.#holder(missing) !== undefined;
    if (why !== "absent" || isTooLate) return this.#tell(pair);
    for (const each of this.#room.add(pair, frame, origin)) this.#tell(each);
  }

  #holder(id: string): Member<Registration> | undefined {
    return this.#hub.topic(id)?.members.get(id);
  }

  #refusal(name: TopicName, proof: string): OpenRefusal | undefined {
    const holder = this.#holder(name);
    // A holder on another node is found by the claim.
    if (holder?.peer !== undefined) return holder.info.proof === proof ? undefined : "taken";
    const isFull = this.#maxClients > 0 && this.#hub.size >= this.#maxClients;
    return isFull ? "full" : undefined;
  }

  /** A client has come, on this node or another one: sends it what waits here. */
  #deliver(id: string): void {
    for (const { pair, frame } of this.#room.take(id))
      this.#hub.relay(pair.peer, this.#hub.topic(id), id, frame, frame);
  }

  /** Tells a sender that a message will not arrive. A sender that has left is not told. */
  #tell({ sender, missing }: Pair): void {
    const topic = this.#hub.topic(sender);
    if (topic !== undefined) this.#hub.notify(topic, sender, frames.expired(missing, sender));
  }

  /** An id is held on this node and on another one: one of the two clients has to give it up. */
  #meet(client: Registered, rival: RemoteMember<Registration>): void {
    const { peer, info } = client;
    if (outlasts({ node: this.#node, info }, rival)) return;
    this.forget(client);
    if (info.proof === rival.info.proof) return peer.close(closings.takenOver);
    peer.send(frames.refused("taken"));
    peer.close(closings.taken);
  }

  #step(): void {
    for (const pair of this.#room.expire()) this.#tell(pair);
    if (this.#hub.isAlone || this.#clock.seconds % renewSeconds !== 0) return;
    // The clients that messages wait for may come on other nodes.
    for (const id of this.#room.missing) if (this.#hub.topic(id) !== undefined) this.#hub.warm(id);
  }
}
