// Who is with whom. All of a room are one mesh, on all nodes. With `?next=N`, N peers that come one after another are a
// group, of which nobody else hears; those of a node are matched with each other.

import type { NotJoined } from "../../core/close.ts";
import type { Hub } from "../../core/hub.ts";
import { memberId, newMemberId, type TopicName, topicNameWithin } from "../../core/ids.ts";
import type { LocalMember, Member, Topic } from "../../core/member.ts";
import type { Peer } from "../../core/peer.ts";
import type { Context } from "../protocol.ts";
import { turn } from "./turn.ts";
import { frames, isPeerId, newPeerIn } from "./wire.ts";

/** What an address asks for. */
export interface Wish {
  /** Empty in an address without a room. */
  readonly room: string;
  readonly groupSize: number | undefined;
}

const maxRoomBytes = 255;

/** A topic is a group of a room; the mesh has no name of its own, and groups have that of a ULID. */
const separator = ":";
const ulidLength = 26;
const maxTopicBytes = ulidLength + separator.length + maxRoomBytes;

const roomOf = (topic: string): string => topic.slice(topic.indexOf(separator) + 1);

/** @returns nothing if the room's name is too long, or no text */
export const meshOf = (room: string): TopicName | undefined =>
  Buffer.byteLength(room) <= maxRoomBytes
    ? topicNameWithin(separator + room, maxTopicBytes)
    : undefined;

export class MatchboxRooms {
  readonly hub: Hub<number>;
  readonly #maxMembers: number;
  /** Groups of this node that are not whole, by what was wished for. */
  readonly #open = new Map<string, TopicName>();

  constructor({ hub }: Context, maxMembers: number) {
    this.#maxMembers = maxMembers;
    this.hub = hub("matchbox", {
      info: turn,
      isId: isPeerId,
      isUnicast: true,
      maxNameBytes: maxTopicBytes,
      tokenName: roomOf,
      joined: ({ id }) => frames.newPeer(id),
      left: ({ id }) => frames.peerLeft(id),
    });
  }

  /** @param mesh of the room; it must be warm */
  enter(peer: Peer, mesh: TopicName, { room, groupSize }: Wish): LocalMember<number> | NotJoined {
    if (groupSize === undefined) return this.#join(peer, mesh);
    const key = keyOf({ room, groupSize });
    const open = this.#open.get(key);
    const name = open ?? topicNameWithin(newMemberId() + mesh, maxTopicBytes);
    if (name === undefined) return "forbidden";
    const member = this.#join(peer, name);
    if (typeof member === "string") return member;
    if (member.topic.members.size === groupSize) this.#open.delete(key);
    else if (open === undefined) this.#open.set(key, name);
    return member;
  }

  leave(member: LocalMember<number>, wish: Wish): void {
    const { topic } = member;
    this.hub.leave(member);
    const key = keyOf(wish);
    if (topic.members.size === 0 && this.#open.get(key) === topic.name) this.#open.delete(key);
  }

  #join(peer: Peer, name: TopicName): LocalMember<number> | NotJoined {
    const { members } = this.hub.topic(name) ?? {};
    if ((members?.size ?? 0) >= this.#maxMembers) return "full";
    const others = Array.from(members?.values() ?? [], ({ info }) => info);
    return this.hub.join(peer, name, {
      id: memberId(crypto.randomUUID()),
      info: Math.max(0, ...others) + 1,
      render: (frame, member) => (isFor(frame, member) ? frame : undefined),
    });
  }
}

const keyOf = ({ room, groupSize }: Wish): string => `${groupSize ?? ""}${separator}${room}`;

/**
 * Of two peers the one that was there first offers. That two nodes hear of each other's peers at the same moment must
 * not make both offer, so the order is that of their turns.
 */
function isFor(frame: string, { id, info, topic }: LocalMember<number>): boolean {
  const newcomer = memberIn(frame, topic);
  if (newcomer === undefined) return true;
  return newcomer.info === info ? newcomer.id > id : newcomer.info > info;
}

const memberIn = (frame: string, topic: Topic<number>): Member<number> | undefined =>
  topic.members.get(newPeerIn(frame) ?? "");
