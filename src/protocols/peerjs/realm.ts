// Who is registered under which id, and how a message gets there or waits. Each id is a topic with its
// one holder as member: ids are unique, and there may be as many as there is memory for.

import { type CloseReason, notJoined } from "../../core/close.ts";
import { Hub, type Outcome } from "../../core/hub.ts";
import { memberId, type TopicName, topicName } from "../../core/ids.ts";
import type { Node } from "../../core/node.ts";
import type { Peer } from "../../core/peer.ts";
import type { LocalMember } from "../../core/topic.ts";
import { type Pair, WaitingRoom } from "./waiting-room.ts";
import { frames, type Refusal } from "./wire.ts";

/** What a client proves with that an id is its own. */
export type Token = string;

/** A client under its id. */
export type Registered = LocalMember<Token>;

const takenOver: CloseReason = { code: 4000, reason: "another socket has taken over this id" };

export class Realm {
  readonly #hub: Hub<Token>;
  readonly #room: WaitingRoom;
  readonly #maxClients: number;

  /**
   * @param timeoutSeconds how long messages wait for an id that nobody holds
   * @param maxClients 0 for no limit
   */
  constructor(node: Node, timeoutSeconds: number, maxClients: number) {
    this.#hub = new Hub<Token>(node, "peerjs", {});
    this.#room = new WaitingRoom(node.peers, timeoutSeconds);
    this.#maxClients = maxClients;
    node.peers.everyStep(() => {
      for (const pair of this.#room.expire()) this.#tell(pair);
    });
  }

  /** All ids that are held. */
  get ids(): readonly string[] {
    return [...this.#hub.topics].map(({ name }) => name);
  }

  /** Gives a client an id that is free, or its own: then this socket takes the place of the other. */
  register(peer: Peer, name: TopicName, token: Token): Registered | Refusal | CloseReason {
    const id = memberId(name);
    const holder = this.#hub.topic(name)?.members.get(id);
    if (holder !== undefined && holder.info !== token) return "taken";
    const isFull = this.#maxClients > 0 && this.#hub.size >= this.#maxClients;
    if (holder === undefined && isFull) return "full";
    if (holder?.peer !== undefined) this.#hub.leave(holder);
    const client = this.#hub.join(peer, name, { id, info: token });
    if (typeof client === "string") return notJoined[client];
    peer.send(frames.open);
    for (const { pair, frame } of this.#room.take(id))
      if (peer.send(frame) === "dropped") this.#tell(pair);
    holder?.peer?.close(takenOver);
    return client;
  }

  /** Frees the id, unless another socket has taken it over. */
  forget(client: Registered): void {
    this.#hub.leave(client);
  }

  /** Sends to whoever holds the id. */
  relay(from: Registered, to: string, frame: string): Outcome {
    return this.#relay(from.id, to, frame);
  }

  /**
   * The same, and what finds nobody waits for somebody to come.
   * @param text as it was received: what waits may hold on to all of it, whatever else is in it
   */
  relayOrKeep(from: Registered, to: string, frame: string, text: string): void {
    const outcome = this.#relay(from.id, to, frame);
    switch (outcome) {
      case "sent":
      case "queued":
        return;
      case "dropped":
        return this.#tell({ sender: from.id, missing: to });
      case "absent":
        return this.#keep({ sender: from.id, missing: to }, frame, Buffer.byteLength(text));
      default:
        outcome satisfies never;
    }
  }

  #keep(pair: Pair, frame: string, bytes: number): void {
    if (!this.#room.add(pair, frame, bytes)) this.#tell(pair);
  }

  #relay(from: string, to: string, frame: string): Outcome {
    const name = topicName(to);
    const topic = name === undefined ? undefined : this.#hub.topic(name);
    return topic === undefined ? "absent" : this.#hub.relay(topic, memberId(from), to, frame);
  }

  /** Says that what was sent will not arrive. Who has left since needs no answer. */
  #tell({ sender, missing }: Pair): void {
    this.#relay(missing, sender, frames.expired(missing, sender));
  }
}
