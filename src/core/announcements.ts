// What the members of one large topic have not been told yet of who joined, changed and left. It gathers, since
// telling each of n members of each newcomer is n writes for one join. A member is told before it gets anything else
// of the topic, so that order is kept; who joined and left in between is not named at all, and of several changes the
// last one is told. What is kept is bounded: a member that is too far behind is shown the whole topic instead.

import { type Announced, framesOf } from "./announced.ts";
import type { MemberId } from "./ids.ts";
import type { LocalMember } from "./member.ts";

/** Announcements that are kept at most. */
const maxKept = 8192;

/** UTF-16 units of frames that are kept at most. */
const maxKeptLength = 4_194_304;

interface KeptAnnouncement {
  readonly announced: Announced;
  /** Of a left: the number of the member's joined. Whoever has not been told of that is not told of this either. */
  readonly joinedAt: number | undefined;
  /** Of a joined: whether the member has left since. Of an updated: whether it has left or changed again. */
  isOver: boolean;
}

/** What was taken last: many members are told the same. */
interface Taken {
  readonly start: number;
  readonly end: number;
  readonly frames: readonly string[];
}

export class Announcements<Info> {
  readonly #entries: KeptAnnouncement[] = [];
  /** The number of the first entry; numbers go on. */
  #base = 0;
  /** UTF-16 units of all entries. */
  #length = 0;
  /** Up to which number everybody has been told. */
  #toldToAll = 0;
  /** How far members have been told that are ahead of that. */
  readonly #toldUpTo = new Map<LocalMember<Info>, number>();
  /** The numbers of joined that may be left out. */
  readonly #joins = new Map<MemberId, number>();
  /** The numbers of the last updated that may be left out. */
  readonly #updates = new Map<MemberId, number>();
  #taken: Taken = { start: 0, end: 0, frames: [] };

  /** The number that the next one gets. */
  get end(): number {
    return this.#base + this.#entries.length;
  }

  /** @param id of nobody who is a member already */
  joined(id: MemberId, announced: Announced): void {
    if (typeof announced === "string") this.#joins.set(id, this.end);
    this.#add({ announced, joinedAt: undefined, isOver: false });
  }

  /** @param id of a member */
  updated(id: MemberId, announced: Announced): void {
    this.#leaveOut(this.#updates.get(id));
    if (typeof announced === "string") this.#updates.set(id, this.end);
    this.#add({ announced, joinedAt: undefined, isOver: false });
  }

  left(id: MemberId, announced: Announced): void {
    const joinedAt = typeof announced === "string" ? this.#joins.get(id) : undefined;
    this.#leaveOut(joinedAt);
    this.#leaveOut(this.#updates.get(id));
    this.#joins.delete(id);
    this.#updates.delete(id);
    this.#add({ announced, joinedAt, isOver: false });
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
    return this.#told(member) < this.end;
  }

  /**
   * All frames that the member has not been told, in their order, or `undefined` if some of that is not kept any
   * more: then it has to be shown the whole topic. From now on it knows everything.
   */
  take(member: LocalMember<Info>): readonly string[] | undefined {
    const start = this.#told(member);
    this.skip(member);
    if (start < this.#base) return undefined;
    if (this.#taken.start !== start || this.#taken.end !== this.end)
      this.#taken = { start, end: this.end, frames: this.#framesFrom(start) };
    return this.#taken.frames;
  }

  /** Everybody has been told what came before the number `end`. @returns whether that is all */
  toldToAll(end: number): boolean {
    this.#toldToAll = end;
    this.#drop(end);
    for (const [member, told] of this.#toldUpTo) if (told <= end) this.#toldUpTo.delete(member);
    return end === this.end;
  }

  #told(member: LocalMember<Info>): number {
    return this.#toldUpTo.get(member) ?? this.#toldToAll;
  }

  #add(entry: KeptAnnouncement): void {
    this.#entries.push(entry);
    this.#length += lengthOf(entry.announced);
    if (this.#entries.length > maxKept || this.#length > maxKeptLength)
      this.#drop(this.#base + Math.ceil(this.#entries.length / 2));
  }

  #leaveOut(at: number | undefined): void {
    const entry = at === undefined ? undefined : this.#entries[at - this.#base];
    if (entry !== undefined) entry.isOver = true;
  }

  #framesFrom(start: number): readonly string[] {
    const frames: string[] = [];
    for (let at = start; at < this.end; at++) {
      const entry = this.#entries[at - this.#base];
      if (entry === undefined || entry.isOver) continue;
      // Its joined was not told either.
      if (entry.joinedAt !== undefined && entry.joinedAt >= start) continue;
      frames.push(...framesOf(entry.announced));
    }
    return frames;
  }

  /** Keeps nothing that came before the number `end`. */
  #drop(end: number): void {
    if (end <= this.#base) return;
    for (const { announced } of this.#entries.splice(0, end - this.#base))
      this.#length -= lengthOf(announced);
    this.#base = end;
    for (const numbers of [this.#joins, this.#updates])
      for (const [id, at] of numbers) if (at < end) numbers.delete(id);
  }
}

const lengthOf = (announced: Announced): number =>
  framesOf(announced).reduce((sum, { length }) => sum + length, 0);
