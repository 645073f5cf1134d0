// One client's side of the Ayame protocol: it registers in a room of two, and what it then sends goes to the other one.
// A room lives and ends as a pair: when one goes, so does the other.

import { type CloseReason, isCloseReason, type NotJoined, notJoined } from "../../core/close.ts";
import type { Hub } from "../../core/hub.ts";
import { newMemberId, type TopicName } from "../../core/ids.ts";
import type { LocalMember } from "../../core/member.ts";
import type { Delivery } from "../../core/outcome.ts";
import type { Peer } from "../../core/peer.ts";
import type { Conversation } from "../protocol.ts";
import { isSurplus, notes, type Place, partnerOf } from "./pair.ts";
import type { Pings } from "./pings.ts";
import { type AyameMessage, closings, frames, parse } from "./wire.ts";

/** What all conversations of a server share. */
export interface AyameRooms {
  readonly hub: Hub<Place>;
  readonly pings: Pings;
  /** Those that the operator has set; TURN servers only for the holder of a token. */
  iceServers(userId: string | undefined): readonly object[];
}

type Reply = ReturnType<Conversation["receive"]>;

export class AyameConversation implements Conversation {
  readonly #rooms: AyameRooms;
  readonly #peer: Peer;
  readonly #userId: string | undefined;
  #member: LocalMember<Place> | undefined;
  /** Whether somebody else was in the room. */
  #wasPaired = false;
  #isStandalone = false;

  /** @param userId whose token it is, if it has one */
  constructor(rooms: AyameRooms, peer: Peer, userId: string | undefined) {
    this.#rooms = rooms;
    this.#peer = peer;
    this.#userId = userId;
    rooms.pings.add(this);
  }

  receive(text: string): Reply {
    const message = parse(text);
    if (isCloseReason(message)) return this.#peer.close(message);
    return this.#handle(message, text);
  }

  ping(): void {
    this.#peer.send(frames.ping);
  }

  closed(): void {
    this.#rooms.pings.delete(this);
    if (this.#member !== undefined) this.#rooms.hub.leave(this.#member);
  }

  #handle(message: AyameMessage, text: string): Reply {
    switch (message.type) {
      case "register":
        return this.#register(message.room, message.isStandalone);
      case "signal":
        return this.#signal(text);
      case "connected":
        return this.#isStandalone ? this.#peer.close(closings.connected) : undefined;
      case "ping":
        this.#peer.send(frames.pong);
        return undefined;
      case "pong":
        return undefined;
      default:
        message satisfies never;
        return undefined;
    }
  }

  /** Waits until it is known who is in the room on other nodes. */
  #register(room: TopicName, isStandalone: boolean): Reply {
    if (this.#member !== undefined) return this.#peer.close(closings.registeredTwice);
    if (!this.#peer.mayJoin(room)) return this.#peer.close(notJoined.forbidden);
    const known = this.#rooms.hub.warm(room);
    if (known !== undefined) return known.then(() => () => this.#enter(room, isStandalone));
    this.#enter(room, isStandalone);
    return undefined;
  }

  #enter(room: TopicName, isStandalone: boolean): void {
    const { hub, pings, iceServers } = this.#rooms;
    const there = hub.topic(room)?.members.size ?? 0;
    const isSecond = there > 0;
    const id = newMemberId();
    const member =
      there > 1
        ? "full"
        : hub.join(this.#peer, room, {
            id,
            info: isSecond ? "second" : "first",
            take: (frame) => this.#take(frame),
          });
    if (typeof member === "string") return this.#reject(member);
    this.#member = member;
    this.#wasPaired = isSecond;
    this.#isStandalone = isStandalone;
    if (isStandalone) pings.delete(this);
    this.#peer.send(frames.accept({ id, isSecond, iceServers: iceServers(this.#userId) }));
  }

  #reject(why: NotJoined): void {
    const closing = why === "full" ? closings.full : notJoined[why];
    this.#end(frames.reject(closing.reason), closing);
  }

  #signal(text: string): void {
    const member = this.#member;
    if (member === undefined) return this.#peer.close(closings.notRegistered);
    const partner = partnerOf(member);
    // Nobody hears one that is alone, and the protocol has no error to say so.
    if (partner !== undefined) this.#rooms.hub.relay(this.#peer, member.topic, partner.id, text);
  }

  /** What comes for it: of the other one, or a note that others have come or gone. */
  #take(frame: string): Delivery {
    const member = this.#member;
    switch (frame) {
      case notes.joined.first:
      case notes.joined.second:
        // One on this node is no member yet when it is told of.
        if (member !== undefined && frame !== notes.joined[member.info]) this.#wasPaired = true;
        if (member !== undefined && isSurplus(member)) this.#bye();
        return "sent";
      case notes.left:
        if (member !== undefined && this.#wasPaired && partnerOf(member) === undefined) this.#bye();
        return "sent";
      default:
        return this.#peer.send(frame);
    }
  }

  #bye(): void {
    this.#end(this.#isStandalone ? undefined : frames.bye, closings.bye);
  }

  #end(last: string | undefined, why: CloseReason): void {
    if (last !== undefined) this.#peer.send(last);
    this.#peer.close(why);
  }
}
