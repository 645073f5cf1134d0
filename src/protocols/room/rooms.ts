// Who is in which room. A user is one participant however many connections it has, on whichever nodes:
// it joins with the first and leaves with the last.

import * as v from "valibot";
import type { Identity } from "../../auth/identity.ts";
import { maxNameLength } from "../../auth/refusal.ts";
import type { Tokens } from "../../auth/tokens.ts";
import type { Clock } from "../../core/clock.ts";
import { type CloseReason, notJoined } from "../../core/close.ts";
import type { Hub } from "../../core/hub.ts";
import { newMemberId, type TopicName } from "../../core/ids.ts";
import type { LocalMember, Member, Topic } from "../../core/member.ts";
import type { Peer } from "../../core/peer.ts";
import { Rate } from "../../core/rate.ts";
import type { Context } from "../protocol.ts";
import { closings, frames, type Participant, renderers, type Spelling } from "./wire.ts";

export interface RoomsOptions {
  /** Users in one room. */
  readonly maxParticipants: number;
  /** Connections of one user in one room. */
  readonly maxConnectionsPerUser: number;
  /** What one connection may say; 0 for no limit. */
  readonly messagesPerSecond: number;
  /** Types of messages that pass, spelled as inside the server. */
  readonly relayedTypes: ReadonlySet<string>;
}

const name = v.pipe(v.string(), v.nonEmpty(), v.maxLength(maxNameLength));

/** What another node may say of a participant. Times are those that a `Date` can hold. */
const participant: v.GenericSchema<unknown, Participant> = v.object({
  userId: name,
  name,
  joinedAt: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8.64e15)),
});

export class Rooms {
  readonly hub: Hub<Participant>;
  readonly tokens: Tokens;
  readonly clock: Clock;
  /** What one connection may send. */
  readonly rate: Rate;
  /** Types of messages that pass, spelled as inside the server. */
  readonly relayedTypes: ReadonlySet<string>;
  readonly #maxParticipants: number;
  readonly #maxConnectionsPerUser: number;
  /** Rooms that have more users than they may. */
  readonly #crowded = new Set<Topic<Participant>>();

  constructor(context: Context, options: RoomsOptions) {
    this.tokens = context.tokens;
    this.clock = context.clock;
    this.rate = new Rate(context.clock, options.messagesPerSecond);
    this.relayedTypes = options.relayedTypes;
    this.#maxParticipants = options.maxParticipants;
    this.#maxConnectionsPerUser = options.maxConnectionsPerUser;
    this.hub = context.hub<Participant>("room", {
      info: participant,
      joined: (member, topic) => this.#news(topic, member, "joined"),
      left: (member, topic) => this.#news(topic, member, "left"),
      snapshot: ({ topic }) => this.#stateOf(topic),
    });
  }

  /** Everybody in a room that has somebody here or is warm; nobody in any other. */
  participants(name: TopicName): readonly Participant[] {
    return this.#within(usersOf(this.hub.topic(name)?.members.values() ?? []));
  }

  /**
   * Lets a user's connection into a room whose members are known.
   * @param identity of a token that lets its holder in
   */
  enter(
    peer: Peer,
    name: TopicName,
    identity: Identity,
    spelling: Spelling,
  ): LocalMember<Participant> | CloseReason {
    const { userId } = identity;
    const present = this.participants(name);
    const known = present.find((participant) => participant.userId === userId);
    if (known === undefined && present.length >= this.#maxParticipants) return refuse(peer, name);
    const member = this.hub.join(peer, name, {
      id: newMemberId(),
      info: known ?? { userId, name: identity.name, joinedAt: Date.now() },
      render: renderers[spelling],
    });
    if (member === "full") return refuse(peer, name);
    if (typeof member === "string") return notJoined[member];
    member.send(this.#stateOf(member.topic));
    return member;
  }

  /** What those here who are in a room are told of a connection that has come or gone, on whichever node. */
  #news(
    topic: Topic<Participant>,
    member: Member<Participant>,
    what: "joined" | "left",
  ): readonly string[] {
    if (topic.localCount === 0) return [];
    const others = [...topic.members.values()].filter((other) => other !== member);
    // Once it is in the topic: one that joins here is not yet.
    if (what === "joined") queueMicrotask(() => this.#replaceOldest(topic, member));
    const [less, more] = [usersOf(others), usersOf([...others, member])];
    const [before, after] = what === "joined" ? [less, more] : [more, less];
    if (after.length > this.#maxParticipants) this.#thinOut(topic);
    const [was, is] = [this.#within(before), this.#within(after)];
    const [came, went] = [missingIn(was, is), missingIn(is, was)];
    if (came.length === 0 && went.length === 0) return [];
    return [
      frames.state(topic.name, is),
      ...came.map((user) => frames.joined(topic.name, user)),
      ...went.map((user) => frames.left(topic.name, user)),
    ];
  }

  /**
   * A user has one more connection, on whichever node. Beyond the bound, the oldest go: each node finds the same
   * ones, and closes those that are here.
   */
  #replaceOldest({ members }: Topic<Participant>, newest: Member<Participant>): void {
    if (members.get(newest.id) !== newest) return;
    const older = [...members.values()].filter(
      (member) => member !== newest && member.info.userId === newest.info.userId,
    );
    const surplus = older.length + 1 - this.#maxConnectionsPerUser;
    if (surplus <= 0) return;
    // Ids sort by time.
    const byAge = older.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    for (const { peer } of byAge.slice(0, surplus)) peer?.close(closings.replaced);
  }

  /**
   * Two nodes may give the last place away at the same moment. Each finds the same users to be the last, who
   * are participants on no node, and ends those of them that are here.
   */
  #thinOut(topic: Topic<Participant>): void {
    // Once all is taken in that has come together: some may have left meanwhile.
    if (this.#crowded.size === 0) queueMicrotask(() => this.#endSurplus());
    this.#crowded.add(topic);
  }

  #endSurplus(): void {
    const rooms = [...this.#crowded];
    this.#crowded.clear();
    for (const topic of rooms) {
      const ids = idsOf(this.#within(usersOf(topic.members.values())));
      for (const { info, peer } of [...topic.members.values()])
        if (peer !== undefined && !ids.has(info.userId)) peer.close(refuse(peer, topic.name));
    }
  }

  /** Of all who came to a room, those who are in it: the first, as many as there may be. */
  #within(users: readonly Participant[]): readonly Participant[] {
    return users.slice(0, this.#maxParticipants);
  }

  #stateOf({ name, members }: Topic<Participant>): string {
    return frames.state(name, this.#within(usersOf(members.values())));
  }
}

/** Says why on the wire first, for clients are not shown what is in a Close frame. */
function refuse(peer: Peer, name: TopicName): CloseReason {
  peer.send(frames.error(name, "ROOM_FULL", "this room is full"));
  return closings.full;
}

/** Each user once, as it first came, in the order of their coming: the same on all nodes. */
function usersOf(members: Iterable<Member<Participant>>): readonly Participant[] {
  const byUser = new Map<string, Participant>();
  for (const { info } of members) {
    const known = byUser.get(info.userId);
    if (known === undefined || info.joinedAt < known.joinedAt) byUser.set(info.userId, info);
  }
  return [...byUser.values()].toSorted(
    (one, other) => one.joinedAt - other.joinedAt || (one.userId < other.userId ? -1 : 1),
  );
}

/** Those of `others` who are not among `users`. */
function missingIn(
  users: readonly Participant[],
  others: readonly Participant[],
): readonly Participant[] {
  const ids = idsOf(users);
  return others.filter(({ userId }) => !ids.has(userId));
}

const idsOf = (users: readonly Participant[]): ReadonlySet<string> =>
  new Set(users.map(({ userId }) => userId));
