// The list of a topic's members as a text that grows with each join: a newcomer to a topic of thousands is shown it
// without it being built anew. It is bounded, because it must fit into a peer's queue.

import type { Member } from "./member.ts";

export class MemberList<Info> {
  readonly #entry: (member: Member<Info>) => string;
  /** All entries, with commas between them, in the order of joining; `undefined` when somebody has left. */
  #text: string | undefined = "";
  /** Bytes of UTF-8 of all entries, and a comma for each. */
  #bytes = 0;

  /** @param entry what the list says of a member, as JSON; the same until its info changes */
  constructor(entry: (member: Member<Info>) => string, members: Iterable<Member<Info>>) {
    this.#entry = entry;
    for (const member of members) this.add(member);
  }

  /** How long the list would be with one member more. */
  bytesWith(member: Member<Info>): number {
    return this.#bytes + this.#bytesOf(this.#entry(member));
  }

  add(member: Member<Info>): void {
    const entry = this.#entry(member);
    this.#bytes += this.#bytesOf(entry);
    if (this.#text !== undefined) this.#text += this.#text === "" ? entry : `,${entry}`;
  }

  delete(member: Member<Info>): void {
    this.#bytes -= this.#bytesOf(this.#entry(member));
    this.#text = this.#bytes === 0 ? "" : undefined;
  }

  /**
   * The list that is shown to a member, who is not on it.
   * @param members everybody, for when the text must be made anew
   */
  textWithout(except: Member<Info>, members: Iterable<Member<Info>>): string {
    const last = this.#entry(except);
    if (this.#text?.endsWith(last) !== true) {
      // The member comes last: whoever joins after it continues from there.
      const others = Array.from(members).filter((member) => member !== except);
      const text = others.map(this.#entry).join(",");
      if (this.#text === undefined) this.#text = text === "" ? last : `${text},${last}`;
      return text;
    }
    return this.#text.slice(0, Math.max(0, this.#text.length - last.length - 1));
  }

  #bytesOf(entry: string): number {
    return Buffer.byteLength(entry) + 1;
  }
}
