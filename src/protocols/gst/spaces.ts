// Who is in which space and what they show of themselves, the sessions of this node's peers, and what all
// conversations share.

import type { Hub } from "../../core/hub.ts";
import type { MemberId } from "../../core/ids.ts";
import type { LocalMember, Member, Topic } from "../../core/member.ts";
import { RepeatedWarning } from "../../observe/repeated-warning.ts";
import type { Context } from "../protocol.ts";
import { noteText } from "./notes.ts";
import {
  byAge,
  type GstRegistration,
  has,
  isBlank,
  noStatus,
  registration,
} from "./registration.ts";
import { GstSessions, otherSide } from "./sessions.ts";
import { Unsaid } from "./unsaid.ts";
import { frames } from "./wire.ts";

export interface SpacesOptions {
  /** Of one peer. */
  readonly maxMetaBytes: number;
  /** Of the producers of one space, and of its consumers. */
  readonly maxListBytes: number;
  /** Of one peer. */
  readonly maxSessions: number;
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export class Spaces {
  readonly hub: Hub<GstRegistration>;
  readonly options: SpacesOptions;
  readonly sessions = new GstSessions();
  /** Members that have asked for the list of consumers. */
  readonly seesConsumers = new WeakSet<LocalMember<GstRegistration>>();
  readonly unsaid: Unsaid;
  readonly unreadable: RepeatedWarning;

  constructor(context: Context, options: SpacesOptions) {
    this.options = options;
    this.unsaid = new Unsaid(context.clock);
    this.unreadable = new RepeatedWarning(
      context.log,
      "messages that GStreamer's elements do not read either, so far",
    );
    this.hub = context.hub<GstRegistration>("gst", {
      info: registration(options.maxMetaBytes),
      isId: (id) => uuid.test(id),
      isUnicast: true,
      // Connecting is told to nobody. Who comes to be known from another node may have said something before.
      joined: ({ id, info }) => (isBlank(info) ? [] : frames.status(id, info)),
      updated: ({ id, info }) => frames.status(id, info),
      left: (member, topic) => this.#left(member, topic),
      // An element that has not asked for consumers does not know what to do with them, and aborts.
      snapshot: (member) =>
        this.seesConsumers.has(member)
          ? [this.list(member.topic), this.listConsumers(member.topic)]
          : this.list(member.topic),
    });
  }

  list(topic: Topic<GstRegistration>): string {
    return frames.list(membersOf(topic, isProducer));
  }

  listConsumers(topic: Topic<GstRegistration>): string {
    return frames.listConsumers(membersOf(topic, isConsumer));
  }

  /**
   * Whether a member's new status would make a list of its space too long. What those say of themselves who are in no
   * list has the same bound, as other nodes are told of it at once.
   */
  isTooLong({ id, topic }: LocalMember<GstRegistration>, info: GstRegistration): boolean {
    return groups.some((isIn) => {
      if (!isIn(info)) return false;
      const others = membersOf(topic, isIn).filter((other) => other.id !== id);
      const length = Buffer.byteLength(frames.list([...others, { id, info }]));
      return others.length > 0 && length > this.options.maxListBytes;
    });
  }

  /** Its sessions with peers here end, for nobody else can tell them. */
  #left({ id, info }: Member<GstRegistration>, topic: Topic<GstRegistration>): string {
    for (const session of this.sessions.of(id)) {
      const other = topic.members.get(otherSide(session, id) ?? "");
      const end = noteText({ note: "end", session: session.id, error: "null" });
      if (other?.peer !== undefined) other.send(end);
      this.sessions.delete(session);
    }
    return frames.status(id, { roles: [], meta: info.meta });
  }
}

type Group = (info: GstRegistration) => boolean;

const isProducer: Group = (info) => has(info, "producer");
const isConsumer: Group = (info) => has(info, "consumer");

/** In no list, but with something to say. */
const isUnlisted: Group = (info) =>
  !isProducer(info) && !isConsumer(info) && info.meta !== noStatus.meta;

const groups = [isProducer, isConsumer, isUnlisted];

function membersOf(
  { members }: Topic<GstRegistration>,
  isIn: Group,
): readonly { readonly id: MemberId; readonly info: GstRegistration }[] {
  return Array.from(members.values())
    .filter(({ info }) => isIn(info))
    .toSorted(byAge);
}
