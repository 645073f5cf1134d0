// What the members of one large topic have not been told yet of who joined, changed and left. It gathers, since
// telling each of n members of each newcomer is n writes for one join. A member is told before it gets anything else
// of the topic, so that order is kept; who joined and left in between is not named at all, and of several changes the
// last one is told.

import { type Announced, framesOf } from "./announced.ts";
import type { MemberId } from "./ids.ts";
import type { LocalMember } from "./member.ts";

interface Entry {
  readonly frames: Announced;
  /** Of a left: the number of that member's joined, if that is here too. */
  readonly joinedAt: number | undefined;
  /** Of a joined: whether that member has left since. Of an updated: whether it has left or changed again. */
  isOver: boolean;
}

export class Announcements<Info> {
  readonly #entries: Entry[] = [];
  /** The number of the first entry; numbers go on. */
  #base = 0;
  /** How far members have been told that are ahead of others. */
  readonly #toldUpTo = new Map<LocalMember<Info>, number>();
  readonly #joins = new Map<MemberId, number>();
  readonly #updates = new Map<MemberId, Entry>();

  /** How many are kept. */
  get size(): number {
    return this.#entries.length;
  }

  /** The number that the next one gets. */
  get end(): number {
    return this.#base + this.#entries.length;
  }

  joined(id: MemberId, frames: Announced): void {
    this.#joins.set(id, this.end);
    this.#entries.push({ frames, joinedAt: undefined, isOver: false });
  }

  updated(id: MemberId, frames: Announced): void {
    const before = this.#updates.get(id);
    if (before !== undefined) before.isOver = true;
    const entry: Entry = { frames, joinedAt: undefined, isOver: false };
    this.#updates.set(id, entry);
    this.#entries.push(entry);
  }

  left(id: MemberId, frames: Announced): void {
    const joinedAt = this.#joins.get(id);
    const joined = joinedAt === undefined ? undefined : this.#entries[joinedAt - this.#base];
    const updated = this.#updates.get(id);
    for (const entry of [joined, updated]) if (entry !== undefined) entry.isOver = true;
    this.#joins.delete(id);
    this.#updates.delete(id);
    this.#entries.push({ frames, joinedAt, isOver: false });
  }

  /** The member knows everything by now: it has been shown the whole topic. */
  skip(member: LocalMember<Info>): void {
    this.#toldUpTo.set(member, this.end);
  }

  /** The member has left. */
  forget(member: LocalMember<Info>): void {
    this.#toldUpTo.delete(member);
  }

  /** Whether there is something that the member has not been told. */
  has(member: LocalMember<Info>): boolean {
    return (this.#toldUpTo.get(member) ?? this.#base) < this.end;
  }

  /** All frames that the member has not been told, in their order. From now on it has. */
  take(member: LocalMember<Info>): readonly string[] {
    const start = this.#toldUpTo.get(member) ?? this.#base;
    const frames: string[] = [];
    for (let at = start; at < this.end; at++) {
      const entry = this.#entries[at - this.#base];
      if (entry === undefined || entry.isOver) continue;
      // Its joined was not told either.
      if (entry.joinedAt !== undefined && entry.joinedAt >= start) continue;
      frames.push(...framesOf(entry.frames));
    }
    this.#toldUpTo.set(member, this.end);
    return frames;
  }

  /** Everybody has been told what came before the number `end`. */
  dropBefore(end: number): void {
    const dropped = new Set(this.#entries.splice(0, end - this.#base));
    this.#base = end;
    for (const [id, entry] of this.#updates) if (dropped.has(entry)) this.#updates.delete(id);
    for (const [id, at] of this.#joins) if (at < end) this.#joins.delete(id);
    for (const [member, told] of this.#toldUpTo) if (told <= end) this.#toldUpTo.delete(member);
  }
}
