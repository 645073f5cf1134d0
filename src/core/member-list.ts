// The list of a topic's members as text: a newcomer to a topic of thousands is shown it without all of it being built
// anew, also where others have left. It is bounded, because it must fit into a peer's queue.

import type { Member } from "./member.ts";

/** What the list says of a member, as JSON; the same until its info changes. */
type EntryOf<Info> = (member: Member<Info>) => string;

/** Members of one chunk at most. A join or a leave has one chunk built anew; all are joined for each newcomer. */
const chunkSize = 64;

interface Chunk<Info> {
  readonly members: Set<Member<Info>>;
  /** `undefined` once somebody has come, left or changed. Not added to: a rope is made flat anew at each use. */
  text: string | undefined;
}

export class MemberList<Info> {
  readonly #entry: EntryOf<Info>;
  /** In the order of joining. */
  #chunks: Chunk<Info>[] = [];
  readonly #chunkOf = new Map<Member<Info>, Chunk<Info>>();
  #bytes = 0;

  constructor(entry: EntryOf<Info>, members: Iterable<Member<Info>>) {
    this.#entry = entry;
    for (const member of members) this.add(member);
  }

  /** Bytes of UTF-8 of all entries, and a comma for each. */
  get bytes(): number {
    return this.#bytes;
  }

  add(member: Member<Info>): void {
    this.#bytes += bytesOf(this.#entry(member));
    this.#addToChunk(member);
  }

  delete(member: Member<Info>): void {
    const chunk = this.#chunkOf.get(member);
    if (chunk === undefined) return;
    this.#bytes -= bytesOf(this.#entry(member));
    this.#chunkOf.delete(member);
    chunk.members.delete(member);
    chunk.text = undefined;
    if (this.#chunks.length > 2 + (2 * this.#chunkOf.size) / chunkSize) this.#pack();
  }

  /** @param change sets the info of the member, which is on the list */
  update(member: Member<Info>, change: () => void): void {
    this.#bytes -= bytesOf(this.#entry(member));
    change();
    this.#bytes += bytesOf(this.#entry(member));
    const chunk = this.#chunkOf.get(member);
    if (chunk !== undefined) chunk.text = undefined;
  }

  /** The entries of everybody but one member, with commas between. */
  textWithout(except: Member<Info>): string {
    const own = this.#chunkOf.get(except);
    const texts = this.#chunks.map((chunk) => {
      if (chunk === own) return listText(this.#entry, chunk.members, except);
      chunk.text ??= listText(this.#entry, chunk.members);
      return chunk.text;
    });
    return texts.filter((text) => text !== "").join(",");
  }

  #addToChunk(member: Member<Info>): void {
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || chunk.members.size === chunkSize) {
      chunk = { members: new Set(), text: undefined };
      this.#chunks.push(chunk);
    }
    chunk.members.add(member);
    chunk.text = undefined;
    this.#chunkOf.set(member, chunk);
  }

  /** Fills the gaps that those who left have left behind. */
  #pack(): void {
    this.#chunks = [];
    for (const member of this.#chunkOf.keys()) this.#addToChunk(member);
  }
}

/** The entries of members but one, with commas between. */
export function listText<Info>(
  entry: EntryOf<Info>,
  members: Iterable<Member<Info>>,
  except?: Member<Info>,
): string {
  const entries: string[] = [];
  for (const member of members) if (member !== except) entries.push(entry(member));
  return entries.join(",");
}

/** Bytes of UTF-8 of the entries of members, and a comma for each. */
export function bytesOfList<Info>(entry: EntryOf<Info>, members: Iterable<Member<Info>>): number {
  let bytes = 0;
  for (const member of members) bytes += bytesOf(entry(member));
  return bytes;
}

const bytesOf = (entry: string): number => Buffer.byteLength(entry) + 1;
