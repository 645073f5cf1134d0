// All sessions on this node: begins and ends them, and counts them.

import * as v from "valibot";
import { type CloseReason, notJoined } from "../../core/close.ts";
import type { Hub } from "../../core/hub.ts";
import { type MemberId, memberId, type TopicName } from "../../core/ids.ts";
import type { LocalMember } from "../../core/member.ts";
import type { Peer } from "../../core/peer.ts";
import type { Context, ProtocolLog } from "../protocol.ts";
import { closings, secondsSince } from "./wire.ts";

/** Least number of milliseconds between two warnings about offers and answers without a target. */
const warnMs = 60_000;

/** The sessions of all spaces on this node. */
export class Sessions {
  readonly hub: Hub<null>;
  readonly #limit: number;
  readonly #log: ProtocolLog;
  readonly #since = Date.now();
  #active = 0;
  #total = 0;
  #untargeted = 0;
  #warnedAt = 0;

  /** @param limit most sessions on this node; 0 for no limit */
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

  /** Begins a session. The members of its space on other nodes must be known. */
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

  /** Counts an offer or answer without a target, which goes to everybody. The log warns about them. */
  countUntargeted(): void {
    this.#untargeted++;
    if (Date.now() - this.#warnedAt < warnMs) return;
    this.#warnedAt = Date.now();
    this.#log.warn({ count: this.#untargeted }, "offers or answers without targetSession, so far");
  }
}

/** An id from the time and 64 random bits, so that it is unique on all nodes. */
function newSessionId(): MemberId {
  const random = crypto.getRandomValues(new Uint8Array(8)).toHex();
  return memberId(`ws_${Date.now()}_${random}`);
}
