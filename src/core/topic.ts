// A topic as its node keeps it: who is in it, here and on other nodes, and whether its members here are
// served by a native channel.

import type { MemberId, TopicName } from "./ids.ts";
import { channelFrom } from "./limits.ts";
import type { LocalMember, Member, Members, Topic } from "./member.ts";

export class OwnTopic<Info> implements Topic<Info> {
  readonly name: TopicName;
  readonly snapshot: Topic<Info>["snapshot"];
  readonly members = new MemberMap<Info>();
  localCount = 0;
  onChannel = 0;
  usesChannel = false;

  readonly #namespace: string;

  constructor(name: TopicName, namespace: string, snapshot: Topic<Info>["snapshot"]) {
    this.name = name;
    this.#namespace = namespace;
    this.snapshot = snapshot;
  }

  // Made anew at each call: few topics have many members, and a string for each would cost memory.
  get channel(): string {
    return `${this.#namespace}/${this.name}`;
  }

  /** Takes in a member of this node. With many of them, the channel serves them better than copies. */
  add(member: LocalMember<Info>): void {
    this.members.add(member);
    this.localCount++;
    if (this.usesChannel) member.subscribe();
    else if (this.localCount >= channelFrom) this.#useChannel();
  }

  delete(member: LocalMember<Info>): void {
    this.members.delete(member.id);
    this.localCount--;
    member.unsubscribe();
  }

  /** The members on this node. */
  *locals(): Iterable<LocalMember<Info>> {
    for (const member of this.members.values()) if (member.peer !== undefined) yield member;
  }

  #useChannel(): void {
    this.usesChannel = true;
    for (const member of this.locals()) member.subscribe();
  }
}

/**
 * Members by id. In some protocols most topics have one member: that one costs no map, which takes 256 bytes
 * for up to four (of the heap, Bun 1.4.4).
 */
export class MemberMap<Info> implements Members<Info> {
  #only: Member<Info> | undefined;
  /** From the second member on, until nobody is left. */
  #all: Map<string, Member<Info>> | undefined;

  get size(): number {
    return this.#all?.size ?? (this.#only === undefined ? 0 : 1);
  }

  get(id: string): Member<Info> | undefined {
    if (this.#all !== undefined) return this.#all.get(id);
    return this.#only?.id === id ? this.#only : undefined;
  }

  /** Replaces a member with the same id. */
  add(member: Member<Info>): void {
    if (this.#all !== undefined) this.#all.set(member.id, member);
    else if (this.#only === undefined || this.#only.id === member.id) this.#only = member;
    else {
      this.#all = new Map([
        [this.#only.id, this.#only],
        [member.id, member],
      ]);
      this.#only = undefined;
    }
  }

  delete(id: MemberId): void {
    if (this.#only?.id === id) this.#only = undefined;
    this.#all?.delete(id);
    if (this.#all?.size === 0) this.#all = undefined;
  }

  /** In the order in which they joined. */
  keys(): Iterable<string> {
    if (this.#all !== undefined) return this.#all.keys();
    return this.#only === undefined ? [] : [this.#only.id];
  }

  /** In the same order. */
  values(): Iterable<Member<Info>> {
    if (this.#all !== undefined) return this.#all.values();
    return this.#only === undefined ? [] : [this.#only];
  }
}
