// The members of a topic by their ids. In some protocols most topics have one member: that one costs no map, which
// takes 256 bytes for up to four (of the heap, Bun 1.4.4).

import type { MemberId } from "./ids.ts";
import type { Member, Members } from "./member.ts";

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
