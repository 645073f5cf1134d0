// Who is in which room. A user is one participant however many connections it has, on whichever nodes:
// it joins with the first and leaves with the last.

import type { Identity } from "../../auth/identity.ts";
import type { Tokens } from "../../auth/tokens.ts";
import { type CloseReason, closeReasons } from "../../core/close.ts";
import { Hub } from "../../core/hub.ts";
import { newMemberId, type TopicName } from "../../core/ids.ts";
import type { Node } from "../../core/node.ts";
import type { Peer } from "../../core/peer.ts";
import type { Member, Topic } from "../../core/topic.ts";
import type { Conversation } from "../protocol.ts";
import { RoomConversation } from "./conversation.ts";
import { closings, frames, hearing, type Participant, type Spelling, timeNow } from "./wire.ts";

export class Rooms {
  readonly hub: Hub<Participant>;
  readonly tokens: Tokens;
  readonly #maxParticipants: number;

  constructor(node: Node, tokens: Tokens, maxParticipants: number) {
    this.tokens = tokens;
    this.#maxParticipants = maxParticipants;
    this.hub = new Hub<Participant>(node, "room", {
      joined: (member, topic) => {
        if (hasOther(topic, member)) return [];
        const participants = participantsOf([...topic.members.values(), member]);
        return [frames.state(topic.name, participants), frames.joined(topic.name, member.info)];
      },
      left: (member, topic) =>
        hasOther(topic, member) ? [] : [stateOf(topic), frames.left(topic.name, member.info)],
      picture: ({ topic }) => stateOf(topic),
    });
  }

  /** Everybody who is in a room: nobody in one that there is not. */
  participants(name: TopicName): readonly Participant[] {
    const topic = this.hub.topic(name);
    return topic === undefined ? [] : participantsOf(topic.members.values());
  }

  /** @param identity of a token that lets its holder in */
  enter(
    peer: Peer,
    name: TopicName,
    identity: Identity,
    spelling: Spelling,
  ): Conversation | CloseReason {
    const { userId } = identity;
    const present = this.participants(name);
    const known = present.find((participant) => participant.userId === userId);
    if (known === undefined && present.length >= this.#maxParticipants) return refuse(peer, name);
    const member = this.hub.join(peer, name, {
      id: newMemberId(),
      info: known ?? { userId, name: identity.name, joinedAt: timeNow() },
      hear: hearing(userId, spelling),
    });
    if (member === "full") return refuse(peer, name);
    if (member === "forbidden") return closeReasons.notAllowed;
    const conversation = new RoomConversation(this, member);
    member.sender = conversation;
    member.send(stateOf(member.topic));
    return conversation;
  }
}

/** Says why on the wire first, for clients are not shown what is in a Close frame. */
function refuse(peer: Peer, name: TopicName): CloseReason {
  peer.send(frames.error(name, "ROOM_FULL", "this room is full"));
  return closings.full;
}

/** Whether a member's user is there by another connection. */
function hasOther({ members }: Topic<Participant>, { id, info }: Member<Participant>): boolean {
  for (const other of members.values())
    if (other.id !== id && other.info.userId === info.userId) return true;
  return false;
}

/** Each user once, as it first came, in the order of their coming: the same on all nodes. */
function participantsOf(members: Iterable<Member<Participant>>): readonly Participant[] {
  const byUser = new Map<string, Participant>();
  for (const { info } of members) {
    const known = byUser.get(info.userId);
    if (known === undefined || info.joinedAt < known.joinedAt) byUser.set(info.userId, info);
  }
  return [...byUser.values()].toSorted(
    (one, other) => compare(one.joinedAt, other.joinedAt) || compare(one.userId, other.userId),
  );
}

const compare = (one: string, other: string): number => (one === other ? 0 : one < other ? -1 : 1);

const stateOf = ({ name, members }: Topic<Participant>): string =>
  frames.state(name, participantsOf(members.values()));
