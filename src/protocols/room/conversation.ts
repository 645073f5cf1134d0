// One connection of a user to a room: handles the messages of its client, and tells it what failed.

import type { Identity } from "../../auth/identity.ts";
import { type Refusal, refusals } from "../../auth/refusal.ts";
import type { LocalMember } from "../../core/member.ts";
import type { FailedOutcome } from "../../core/outcome.ts";
import type { Conversation } from "../protocol.ts";
import type { Rooms } from "./rooms.ts";
import { frames, type Participant, parse, type RoomErrorCode } from "./wire.ts";

/** Seconds after which a connection that was too fast may send again. It is told at most once in this time. */
const retrySeconds = 1;

export class RoomConversation implements Conversation {
  readonly #rooms: Rooms;
  readonly #member: LocalMember<Participant>;
  /** What it has sent, as `Rate` counts it. */
  #spent = 0;
  /** When it was last told that it is too fast, by the clock. */
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
    const { hub } = this.#rooms;
    const { peer } = this.#member;
    if (target !== undefined)
      hub.relayToAny(peer, topic, this.#connectionsOf(target), frame, target);
    // The sender's other connections do not get it: see `renderers`.
    else if (hub.broadcast(peer, topic, frame, this.#member) === "forbidden") this.#forbid();
    return undefined;
  }

  failed(target: string, why: FailedOutcome): void {
    const details = { target_user_id: target };
    switch (why) {
      case "dropped":
        this.#refuse(
          "DELIVERY_FAILED",
          "the queue of this user is full, or its server cannot be reached",
          details,
        );
        return;
      case "absent":
        // One connection of the user has gone, but others are there.
        if (this.#connectionsOf(target).length > 0) return;
        this.#refuse("TARGET_NOT_FOUND", "this user is not in the room", details);
        return;
      case "forbidden":
        return this.#forbid(details);
      default:
        why satisfies never;
    }
  }

  /** The connections of another user, those on this node first. Empty for the sender's own user. */
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

  /** A client that has gone needs no token. To verify its tokens one by one would keep it in the room. */
  #renew(token: string): undefined | Promise<() => void> {
    return this.#member.peer.isOpen ? this.#verify(token) : undefined;
  }

  async #verify(token: string): Promise<() => void> {
    const identity = await this.#rooms.tokens.verify(token);
    return () => this.#renewed(identity);
  }

  /** A token that is refused changes nothing: the one before is good until it expires. */
  #renewed(identity: Identity | Refusal): void {
    const { topic, info } = this.#member;
    if (typeof identity === "string") this.#refuse("INVALID_MESSAGE", refusals[identity].reason);
    else if (this.#rooms.tokens.isRevoked(identity))
      this.#refuse("INVALID_MESSAGE", refusals.revoked.reason);
    else if (identity.userId !== info.userId)
      this.#refuse("INVALID_MESSAGE", "this token is another user's");
    else if (!identity.mayJoin(topic.name)) this.#refuse("INVALID_MESSAGE", refusals.room.reason);
    else this.#use(identity);
  }

  #use(identity: Identity): void {
    const { peer, info, role } = this.#member;
    peer.pass = identity;
    // The others allow by it who reaches this member.
    if (identity.role !== role) this.#rooms.hub.update(this.#member, info);
  }

  /** Not for each message: a client that floods the server would be flooded with errors. */
  #slowDown(): undefined {
    const { seconds } = this.#rooms.clock;
    if (seconds - this.#toldAt < retrySeconds) return;
    this.#toldAt = seconds;
    this.tooFast(retrySeconds);
  }

  #forbid(details?: object): undefined {
    this.#refuse("FORBIDDEN", "your token does not allow this", details);
  }

  #refuse(code: RoomErrorCode, message: string, details?: object): undefined {
    const { peer, topic } = this.#member;
    peer.send(frames.error(topic.name, code, message, details));
  }
}
