// The members of a topic by their ids. In some protocols most topics have one member: that one costs no map, which
// takes 256 bytes for up to four (of the heap, Bun 1.4.4).

import type { HubSpec } from "./hub-spec.ts";
import type { MemberId } from "./ids.ts";
import { KeyIndex } from "./key-index.ts";
import type { Member, Members } from "./member.ts";
import { Sampler } from "./sample.ts";

export class MemberMap<Info> implements Members<Info> {
  readonly #counts: HubSpec<Info>["counts"];
  readonly #keysOf: HubSpec<Info>["keysOf"];
  #counted = 0;
  #only: Member<Info> | undefined;
  /** From the second member on, until nobody is left. */
  #all: Map<string, Member<Info>> | undefined;
  /** From the first sample of several members on, until nobody is left. */
  #sampler: Sampler<Member<Info>> | undefined;
  /** From the first question for a key on, until nobody is left. */
  #index: KeyIndex<Info> | undefined;

  constructor(counts?: HubSpec<Info>["counts"], keysOf?: HubSpec<Info>["keysOf"]) {
    this.#counts = counts;
    this.#keysOf = keysOf;
  }

  get size(): number {
    return this.#all?.size ?? (this.#only === undefined ? 0 : 1);
  }

  get counted(): number {
    return this.#counted;
  }

  get(id: string): Member<Info> | undefined {
    if (this.#all !== undefined) return this.#all.get(id);
    return this.#only?.id === id ? this.#only : undefined;
  }

  /** Replaces a member with the same id. */
  add(member: Member<Info>): void {
    this.#forget(this.get(member.id));
    if (this.#all !== undefined) this.#all.set(member.id, member);
    else if (this.#only === undefined || this.#only.id === member.id) this.#only = member;
    else {
      this.#all = new Map([
        [this.#only.id, this.#only],
        [member.id, member],
      ]);
      this.#only = undefined;
    }
    this.#sampler?.added(member);
    this.#index?.added(member);
    this.#counted += this.#weight(member.info);
  }

  delete(id: MemberId): void {
    this.#forget(this.get(id));
    if (this.#only?.id === id) this.#only = undefined;
    this.#all?.delete(id);
    if (this.#all?.size !== 0) return;
    this.#all = undefined;
    this.#sampler = undefined;
    this.#index = undefined;
  }

  /** @param member one of these */
  setInfo(member: Member<Info>, info: Info): void {
    this.#counted += this.#weight(info) - this.#weight(member.info);
    this.#index?.deleted(member);
    member.info = info;
    this.#index?.added(member);
  }

  withKey(key: string): Iterable<Member<Info>> {
    if (this.#keysOf === undefined) return [];
    this.#index ??= new KeyIndex(this.#keysOf);
    return this.#index.find(key, this);
  }

  sample(count: number, except?: Member<Info>): readonly Member<Info>[] {
    if (this.#all === undefined)
      return this.#only === undefined || this.#only === except || count === 0 ? [] : [this.#only];
    this.#sampler ??= new Sampler(this.#all);
    return this.#sampler.draw(count, except);
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

  #forget(member: Member<Info> | undefined): void {
    if (member === undefined) return;
    this.#sampler?.deleted(member);
    this.#index?.deleted(member);
    this.#counted -= this.#weight(member.info);
  }

  #weight(info: Info): number {
    return this.#counts?.(info) === true ? 1 : 0;
  }
}
