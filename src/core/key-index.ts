// The members of a topic by the keys of their infos (`HubSpec.keysOf`). Few are looked at one by one, which takes less
// than a microsecond, and no memory; of many there is an index from the first question on.

import type { HubSpec } from "./hub-spec.ts";
import type { Member } from "./member.ts";

/** Up to this many members are looked at one by one. */
const maxWalked = 16;

interface AllMembers<Info> {
  readonly size: number;
  values(): Iterable<Member<Info>>;
}

export class KeyIndex<Info> {
  readonly #keysOf: NonNullable<HubSpec<Info>["keysOf"]>;
  #byKey: Map<string, Set<Member<Info>>> | undefined;

  constructor(keysOf: NonNullable<HubSpec<Info>["keysOf"]>) {
    this.#keysOf = keysOf;
  }

  /** @param all the members; `added` and `deleted` tell of their changes */
  find(key: string, all: AllMembers<Info>): Iterable<Member<Info>> {
    if (this.#byKey === undefined) {
      if (all.size <= maxWalked) return this.#walk(key, all);
      this.#byKey = new Map();
      for (const member of all.values()) this.added(member);
    }
    return this.#byKey.get(key) ?? [];
  }

  added(member: Member<Info>): void {
    if (this.#byKey === undefined) return;
    for (const key of this.#keysOf(member.info)) {
      const members = this.#byKey.get(key);
      if (members === undefined) this.#byKey.set(key, new Set([member]));
      else members.add(member);
    }
  }

  /** Before its info changes, or when it has left. */
  deleted(member: Member<Info>): void {
    if (this.#byKey === undefined) return;
    for (const key of this.#keysOf(member.info)) {
      const members = this.#byKey.get(key);
      members?.delete(member);
      if (members?.size === 0) this.#byKey.delete(key);
    }
  }

  #walk(key: string, all: AllMembers<Info>): Iterable<Member<Info>> {
    const found: Member<Info>[] = [];
    for (const member of all.values())
      if (this.#keysOf(member.info).includes(key)) found.push(member);
    return found;
  }
}
