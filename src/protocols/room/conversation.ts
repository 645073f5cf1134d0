// One connection of a user to a room: what its client sends, and what it is told.

import type { Identity } from "../../auth/identity.ts";
import { type Refusal, refusals } from "../../auth/refusal.ts";
import type { LocalMember } from "../../core/member.ts";
import type { FailedOutcome } from "../../core/outcome.ts";
import type { Conversation } from "../protocol.ts";
import type { Rooms } from "./rooms.ts";
import { type ErrorCode, frames, type Participant, parse } from "./wire.ts";

/** Seconds after which a connection that has said too much may say more; it is told so no sooner again. */
const retrySeconds = 1;

export class RoomConversation implements Conversation {
  readonly #rooms: Rooms;
  readonly #member: LocalMember<Participant>;
  /** What it has sent, as the rate counts. */
  #spent = 0;
  /** When it was last told to send less, by the clock. */
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(rooms: Rooms, member: LocalMember<Participant>) {
    this.#rooms = rooms;
    this.#member = member;
  }

  receive(text: string): undefined | Promise<() => void> {
    const { rate } = this.#rooms;
    const spent = rate.after(this.#spent, 1);
    if (!rate.allows(spent)) return this.#slowDown();
    this.#spent = spent;
    try {
      return this.#handle(text);
    } catch (fault) {
      this.#refuse("INTERNAL_ERROR", "this is a fault of the server");
      throw fault;
    }
  }

  tooFast(retry: number): void {
    const details = { retry_after: retry };
    this.#refuse("RATE_LIMIT_EXCEEDED", "too many messages: some are not relayed", details);
  }

  tooLarge(maxBytes: number): void {
    this.#refuse("INVALID_MESSAGE", `a message has at most ${maxBytes} bytes`);
  }

  closed(): void {
    this.#rooms.hub.leave(this.#member);
  }

  #handle(text: string): undefined | Promise<() => void> {
    const message = parse(text, this.#rooms.relayedTypes);
    if (typeof message === "string") return this.#refuse("INVALID_MESSAGE", message);
    if ("token" in message) return this.#renew(message.token);
    const { topic, info } = this.#member;
    const { type, payload, timestamp, target } = message;
    const frame = frames.relayed(type, topic.name, payload, info.userId, timestamp);
    // Its own connections get none of it: see `renderers`.
    if (target === undefined)
      this.#rooms.hub.broadcast(this.#member.peer, topic, frame, this.#member);
    else
      this.#rooms.hub.relayToAny(
        this.#member.peer,
        topic,
        this.#connectionsOf(target),
        frame,
        target,
      );
    return undefined;
  }

  failed(target: string, why: FailedOutcome): void {
    const details = { target_user_id: target };
    switch (why) {
      case "dropped":
        this.#refuse("DELIVERY_FAILED", "its queue is full, or its server out of reach", details);
        return;
      case "absent":
        // One connection of the user may have gone while others are there.
        if (this.#connectionsOf(target).length > 0) return;
        this.#refuse("TARGET_NOT_FOUND", "this user is not in the room", details);
        return;
      default:
        why satisfies never;
    }
  }

  /** A user's connections, those here first; none of its own. */
  #connectionsOf(userId: string): readonly string[] {
    const { topic, info } = this.#member;
    if (userId === info.userId) return [];
    const ids: string[] = [];
    for (const { id, info, peer } of topic.members.values()) {
      if (info.userId !== userId) continue;
      if (peer === undefined) ids.push(id);
      else ids.unshift(id);
    }
    return ids;
  }

  /** Who has gone needs no token: verifying one after another would keep it in the room. */
  #renew(token: string): undefined | Promise<() => void> {
    return this.#member.peer.isOpen ? this.#verify(token) : undefined;
  }

  async #verify(token: string): Promise<() => void> {
    const identity = await this.#rooms.tokens.verify(token);
    return () => this.#renewed(identity);
  }

  /** Until its own time is over, the token before is as good as it was. */
  #renewed(identity: Identity | Refusal): void {
    const { peer, topic, info } = this.#member;
    if (typeof identity === "string") this.#refuse("INVALID_MESSAGE", refusals[identity].reason);
    else if (identity.userId !== info.userId)
      this.#refuse("INVALID_MESSAGE", "this token is another user's");
    else if (!identity.mayJoin(topic.name)) this.#refuse("INVALID_MESSAGE", refusals.room.reason);
    else peer.pass = identity;
  }

  /** Not for each message, or whoever floods the server would be flooded in turn. */
  #slowDown(): undefined {
    const { seconds } = this.#rooms.clock;
    if (seconds - this.#toldAt < retrySeconds) return;
    this.#toldAt = seconds;
    this.tooFast(retrySeconds);
  }

  #refuse(code: ErrorCode, message: string, details?: object): undefined {
    const { peer, topic } = this.#member;
    peer.send(frames.error(topic.name, code, message, details));
  }
}
