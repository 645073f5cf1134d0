// Who is in which room. A user with several connections, on any nodes, is one participant: it joins with the first
// connection and leaves with the last.

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
  /** Most users in one room. */
  readonly maxParticipants: number;
  /** Most connections of one user in one room. */
  readonly maxConnectionsPerUser: number;
  /** Messages that one connection may send in a second; 0 for no limit. */
  readonly messagesPerSecond: number;
  /** Types of messages that are relayed, with underscores. */
  readonly relayedTypes: ReadonlySet<string>;
}

const name = v.pipe(v.string(), v.nonEmpty(), v.maxLength(maxNameLength));

/** The latest time that a `Date` can hold, in milliseconds since 1970. */
const maxTime = 8.64e15;

const time = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maxTime));

/** Checks what another node says about a participant. */
const participant: v.GenericSchema<unknown, Participant> = v.object({
  userId: name,
  name,
  joinedAt: time,
  openedAt: v.optional(time, 0),
});

export class Rooms {
  readonly hub: Hub<Participant>;
  readonly tokens: Tokens;
  readonly clock: Clock;
  /** How much one connection may send. */
  readonly rate: Rate;
  /** Types of messages that are relayed, with underscores. */
  readonly relayedTypes: ReadonlySet<string>;
  readonly #maxParticipants: number;
  readonly #maxConnectionsPerUser: number;
  /** Rooms with too many users, which will be thinned out. */
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

  /** The participants of a room that is warm, or has a member on this node. Empty for any other room. */
  participants(name: TopicName): readonly Participant[] {
    return this.#within(usersOf(this.hub.topic(name)?.members.values() ?? []));
  }

  /**
   * Lets a connection of a user into a room. The members on other nodes must be known.
   * @param identity whose token allows this room
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
    const openedAt = timeAfter(connectionsOf(userId, this.hub.topic(name)));
    const user = known ?? { userId, name: identity.name, joinedAt: Date.now() };
    const member = this.hub.join(peer, name, {
      id: newMemberId(),
      info: { ...user, openedAt },
      render: renderers[spelling],
    });
    if (member === "full") return refuse(peer, name);
    if (typeof member === "string") return notJoined[member];
    member.send(this.#stateOf(member.topic));
    return member;
  }

  /** What the members on this node are told when a connection has come or gone, on any node. */
  #news(
    topic: Topic<Participant>,
    member: Member<Participant>,
    what: "joined" | "left",
  ): readonly string[] {
    if (topic.localCount === 0) return [];
    const others = [...topic.members.values()].filter((other) => other !== member);
    // Later, since a member that joins on this node is not in the topic yet.
    if (what === "joined") queueMicrotask(() => this.#replaceOldest(topic, member.info.userId));
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
   * A user has opened one more connection, on any node. If there are too many, the oldest are closed: each node
   * finds the same ones, and closes those on this node.
   */
  #replaceOldest(topic: Topic<Participant>, userId: string): void {
    const connections = connectionsOf(userId, topic);
    const surplus = connections.length - this.#maxConnectionsPerUser;
    if (surplus <= 0) return;
    const oldest = connections.toSorted(byAge).slice(0, surplus);
    for (const { peer } of oldest) peer?.close(closings.replaced);
  }

  /**
   * Two nodes may let users in for the last place at the same moment. Each node finds the same users to be too
   * many, does not count them as participants, and closes those on this node.
   */
  #thinOut(topic: Topic<Participant>): void {
    // After everything in this batch from another node: some of them may have left in it.
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

  /** The first users up to the limit: they are the participants. */
  #within(users: readonly Participant[]): readonly Participant[] {
    return users.slice(0, this.#maxParticipants);
  }

  #stateOf({ name, members }: Topic<Participant>): string {
    return frames.state(name, this.#within(usersOf(members.values())));
  }
}

/** Sends an error frame first, since clients do not show what is in a Close frame. */
function refuse(peer: Peer, name: TopicName): CloseReason {
  peer.send(frames.error(name, "ROOM_FULL", "this room is full"));
  return closings.full;
}

/** All connections of a user in a room. */
const connectionsOf = (
  userId: string,
  topic: Topic<Participant> | undefined,
): readonly Member<Participant>[] =>
  [...(topic?.members.values() ?? [])].filter(({ info }) => info.userId === userId);

/** Now, or later if the clock of another node is ahead: a connection is never older than those before it. */
const timeAfter = (connections: readonly Member<Participant>[]): number =>
  Math.min(maxTime, Math.max(Date.now(), ...connections.map(({ info }) => info.openedAt + 1)));

/** The same order on all nodes. */
const byAge = (one: Member<Participant>, other: Member<Participant>): number =>
  one.info.openedAt - other.info.openedAt || (one.id < other.id ? -1 : 1);

/** Each user once, with its first connection, oldest first. The order is the same on all nodes. */
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

/** Those of `others` that are not in `users`. */
function missingIn(
  users: readonly Participant[],
  others: readonly Participant[],
): readonly Participant[] {
  const ids = idsOf(users);
  return others.filter(({ userId }) => !ids.has(userId));
}

const idsOf = (users: readonly Participant[]): ReadonlySet<string> =>
  new Set(users.map(({ userId }) => userId));
