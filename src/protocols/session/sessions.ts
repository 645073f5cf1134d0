// Every session on this node: how many there are, and how one begins and ends.

import { type CloseReason, notJoined } from "../../core/close.ts";
import { Hub } from "../../core/hub.ts";
import { type MemberId, memberId, type TopicName } from "../../core/ids.ts";
import type { Node } from "../../core/node.ts";
import type { Peer } from "../../core/peer.ts";
import type { LocalMember } from "../../core/topic.ts";
import type { Conversation, Opening, ProtocolLog } from "../protocol.ts";
import { SessionConversation } from "./conversation.ts";
import { closings, frames, secondsSince } from "./wire.ts";

/** Milliseconds between two warnings of offers and answers without a target, at least. */
const warnMs = 60_000;

/** Every session on this node, whatever its space. */
export class Sessions {
  readonly hub: Hub<null>;
  readonly #limit: number;
  readonly #log: ProtocolLog;
  readonly #since = Date.now();
  #active = 0;
  #total = 0;
  #untargeted = 0;
  #warnedAt = 0;

  constructor(node: Node, limit: number, log: ProtocolLog) {
    this.hub = new Hub(node, "session", {});
    this.#limit = limit;
    this.#log = log;
  }

  get status(): object {
    return {
      uptime: secondsSince(this.#since),
      activeConnections: this.#active,
      totalSessions: this.#total,
    };
  }

  /** Nobody is told that it is connected before it is known who is on other nodes. */
  open(peer: Peer, space: TopicName): ReturnType<Opening> {
    const known = this.hub.watch(space);
    return known === undefined
      ? this.#begin(peer, space)
      : known.then(() => () => this.#begin(peer, space));
  }

  end(member: LocalMember<null>): void {
    this.#active--;
    this.hub.leave(member);
  }

  /** An offer or answer without a target: it goes to everybody, and the operator is told now and then. */
  countUntargeted(): void {
    this.#untargeted++;
    if (Date.now() - this.#warnedAt < warnMs) return;
    this.#warnedAt = Date.now();
    this.#log.warn({ count: this.#untargeted }, "offers or answers without targetSession, so far");
  }

  #begin(peer: Peer, space: TopicName): Conversation | CloseReason {
    if (this.#limit > 0 && this.#active >= this.#limit) return closings.overloaded;
    const id = newSessionId();
    const member = this.hub.join(peer, space, { id, info: null });
    if (typeof member === "string") return { ...notJoined, full: closings.overloaded }[member];
    this.#active++;
    this.#total++;
    const conversation = new SessionConversation(this, member);
    member.sender = conversation;
    peer.send(frames.connected(id));
    return conversation;
  }
}

/** 64 random bits beside the time: unique on all nodes. */
function newSessionId(): MemberId {
  const random = crypto.getRandomValues(new Uint8Array(8)).toHex();
  return memberId(`ws_${Date.now()}_${random}`);
}
