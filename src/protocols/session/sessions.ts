// Every session on this node: how many there are, and how one begins and ends.

import * as v from "valibot";
import { type CloseReason, notJoined } from "../../core/close.ts";
import type { Hub } from "../../core/hub.ts";
import { type MemberId, memberId, type TopicName } from "../../core/ids.ts";
import type { LocalMember } from "../../core/member.ts";
import type { Peer } from "../../core/peer.ts";
import type { Context, ProtocolLog } from "../protocol.ts";
import { closings, secondsSince } from "./wire.ts";

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

  /** @param limit sessions of this node; 0 for no limit */
  constructor(context: Context, limit: number) {
    this.hub = context.hub("session", { info: v.null() });
    this.#limit = limit;
    this.#log = context.log;
  }

  get status(): object {
    return {
      uptime: secondsSince(this.#since),
      activeConnections: this.#active,
      totalSessions: this.#total,
    };
  }

  /** A session begins in a space whose members are known. */
  begin(peer: Peer, space: TopicName): LocalMember<null> | CloseReason {
    if (this.#limit > 0 && this.#active >= this.#limit) return closings.overloaded;
    const member = this.hub.join(peer, space, { id: newSessionId(), info: null });
    if (typeof member === "string") return { ...notJoined, full: closings.overloaded }[member];
    this.#active++;
    this.#total++;
    return member;
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
}

/** 64 random bits beside the time: unique on all nodes. */
function newSessionId(): MemberId {
  const random = crypto.getRandomValues(new Uint8Array(8)).toHex();
  return memberId(`ws_${Date.now()}_${random}`);
}
