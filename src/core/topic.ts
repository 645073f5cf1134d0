// A topic as its node keeps it: who is in it, here and on other nodes, and whether its members here are
// served by a native channel.

import { type Announced, framesOf, type News } from "./announced.ts";
import { Announcements } from "./announcements.ts";
import type { HubSpec } from "./hub-spec.ts";
import type { MemberId, TopicName } from "./ids.ts";
import { channelFrom, gatherFrom } from "./limits.ts";
import type { LocalMember, Member, RemoteMember, Topic } from "./member.ts";
import { bytesOfList, listText, MemberList } from "./member-list.ts";
import { MemberMap } from "./member-map.ts";

/** What a frame with a list has beside its entries, in bytes. */
const listFrameBytes = 256;

/** What all topics of a hub share. */
export interface TopicSpec<Info> {
  readonly namespace: string;
  readonly snapshot?: ((member: LocalMember<Info>) => Announced) | undefined;
  readonly entry?: ((member: Member<Info>) => string) | undefined;
  readonly counts?: HubSpec<Info>["counts"];
  readonly keysOf?: HubSpec<Info>["keysOf"];
  readonly isUnicast?: HubSpec<Info>["isUnicast"];
}

export class OwnTopic<Info> implements Topic<Info> {
  readonly name: TopicName;
  readonly members: MemberMap<Info>;
  localCount = 0;
  onChannel = 0;
  usesChannel = false;
  /** Calls under way that announce something, and need the topic after it: until then it stays open. */
  announcing = 0;

  readonly #spec: TopicSpec<Info>;
  /** From `gatherFrom` members on, down to half of that; a short list is made anew each time, and takes no memory. */
  #list: MemberList<Info> | undefined;
  /** What has gathered; `undefined` as long as there is nothing. */
  #announcements: Announcements<Info> | undefined;
  /** The members that are being told, and up to which announcement all of them know when it is over. */
  #round: { readonly members: Iterator<LocalMember<Info>>; readonly end: number } | undefined;

  constructor(name: TopicName, spec: TopicSpec<Info>) {
    this.name = name;
    this.#spec = spec;
    this.members = new MemberMap(spec.counts, spec.keysOf);
  }

  get snapshot(): Topic<Info>["snapshot"] {
    return this.#spec.snapshot;
  }

  // Made anew at each call: few topics have many members, and a string for each would cost memory.
  get channel(): string {
    return `${this.#spec.namespace}/${this.name}`;
  }

  /** Whether a frame with the list of members would be longer than `maxBytes` with this one. */
  wouldExceed(maxBytes: number, member: Member<Info>): boolean {
    const { entry } = this.#spec;
    if (entry === undefined) return false;
    const bytes = this.#list?.bytes ?? bytesOfList(entry, this.members.values());
    return bytes + bytesOfList(entry, [member]) + listFrameBytes > maxBytes;
  }

  entries(except: Member<Info>): string {
    const { entry } = this.#spec;
    if (entry === undefined) return "";
    return this.#list?.textWithout(except) ?? listText(entry, this.members.values(), except);
  }

  /** Takes in a member of this node. With many of them, the channel serves them better than copies. */
  add(member: LocalMember<Info>): void {
    this.#addToMembers(member);
    this.#announcements?.skip(member);
    this.localCount++;
    if (this.usesChannel) member.subscribe();
    else if (this.localCount >= channelFrom && this.#spec.isUnicast !== true) this.#useChannel();
  }

  /** @returns how many members are left on this node */
  delete(member: LocalMember<Info>): number {
    this.#deleteFromMembers(member);
    this.#announcements?.forget(member);
    this.localCount--;
    member.unsubscribe();
    return this.localCount;
  }

  /** Takes in a member of another node. */
  addRemote(member: RemoteMember<Info>): void {
    this.#addToMembers(member);
  }

  deleteRemote(member: RemoteMember<Info>): void {
    this.#deleteFromMembers(member);
  }

  /** Changes the info of a member. */
  update(member: Member<Info>, info: Info): void {
    const change = () => this.members.setInfo(member, info);
    if (this.#list === undefined) change();
    else this.#list.update(member, change);
  }

  /** The members on this node. */
  *locals(): Iterable<LocalMember<Info>> {
    for (const member of this.members.values()) if (member.peer !== undefined) yield member;
  }

  /** Whether announcements gather: from many members on, and until everybody knows those that do. */
  get gathers(): boolean {
    return this.#announcements !== undefined || this.localCount >= gatherFrom;
  }

  /** A member has joined, changed or left; the others are told later, or before anything else that they get. */
  gather(what: News, id: MemberId, announced: Announced): void {
    this.#announcements ??= new Announcements();
    this.#announcements[what](id, announced);
  }

  /** A peer for which that cannot be done is closed: it is not the fault of whoever sends something to it. */
  catchUp(member: LocalMember<Info>): void {
    const gathered = this.#announcements;
    if (gathered === undefined || !gathered.has(member)) return;
    if (member.missed) return gathered.skip(member);
    try {
      for (const frame of gathered.take(member) ?? framesOf(this.snapshot?.(member))) {
        if (member.deliver(frame) !== "dropped") continue;
        member.missed = true;
        return;
      }
    } catch (thrown) {
      member.missed = true;
      member.peer.faulted(thrown);
    }
  }

  caughtUp(member: LocalMember<Info>): void {
    this.#announcements?.skip(member);
  }

  /** Tells everybody everything that has gathered. */
  tellAll(): void {
    while (!this.tellSome());
  }

  /** Tells one more member what has gathered, and sends it. @returns whether everybody knows everything */
  tellSome(): boolean {
    const gathered = this.#announcements;
    if (gathered === undefined) return true;
    this.#round ??= { members: this.locals()[Symbol.iterator](), end: gathered.end };
    const { members, end } = this.#round;
    const { done, value } = members.next();
    if (done !== true) {
      this.catchUp(value);
      value.peer.outbox.flush();
      return false;
    }
    this.#round = undefined;
    if (!gathered.toldToAll(end)) return false;
    this.#announcements = undefined;
    return true;
  }

  /** A member of another node with the same id is replaced. */
  #addToMembers(member: Member<Info>): void {
    const replaced = this.members.get(member.id);
    if (replaced !== undefined) this.#list?.delete(replaced);
    this.members.add(member);
    this.#list?.add(member);
    const { entry } = this.#spec;
    if (this.#list === undefined && entry !== undefined && this.members.size >= gatherFrom)
      this.#list = new MemberList(entry, this.members.values());
  }

  #deleteFromMembers(member: Member<Info>): void {
    this.members.delete(member.id);
    this.#list?.delete(member);
    if (this.members.size < gatherFrom / 2) this.#list = undefined;
  }

  #useChannel(): void {
    this.usesChannel = true;
    for (const member of this.locals()) member.subscribe();
  }
}
