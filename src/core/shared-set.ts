// Texts that all nodes keep, each until a time: what has to outlive a node. Where nodes meet in Redis, that keeps them
// too. This file has the contract, and the set as one node has it.

/** Most texts of one set. */
export const maxTexts = 100_000;

/** UTF-16 units of the longest text. */
export const maxTextLength = 300;

/** What became of a text: kept where it outlives this node, known to this node alone for now, or no room for it. */
export type Added = "kept" | "unkept" | "full";

/** The set as its user sees it. */
export interface SharedSet {
  readonly size: number;
  /** Until when a text is in it, in milliseconds since 1970; `undefined` if it is not. */
  until(text: string): number | undefined;
  /** Adds a text on all nodes, or keeps it until a later time. Here it holds at once. */
  add(text: string, until: number): Promise<Added>;
  /**
   * `undefined` once it is known what was added before this node started, or that this cannot be known now; or a
   * promise of that, which resolves within seconds and never rejects.
   */
  readonly known: Promise<void> | undefined;
}

/** The texts of one node. */
export class TextSet {
  readonly #until = new Map<string, number>();
  readonly #added: () => void;

  /** @param added is called when there is something new. Must not throw */
  constructor(added: () => void) {
    this.#added = added;
  }

  get size(): number {
    return this.#until.size;
  }

  get texts(): Iterable<readonly [string, number]> {
    return this.#until;
  }

  until(text: string): number | undefined {
    const until = this.#until.get(text);
    return until !== undefined && until > Date.now() ? until : undefined;
  }

  /** @returns false if there is no room for it */
  put(text: string, until: number): boolean {
    const before = this.#until.get(text);
    if (before !== undefined && before >= until) return true;
    if (until <= Date.now()) return true;
    if (before === undefined && this.#until.size >= maxTexts) this.forgetOver();
    if (before === undefined && this.#until.size >= maxTexts) return false;
    this.#until.set(text, until);
    this.#added();
    return true;
  }

  /** Forgets those whose time is over. */
  forgetOver(): void {
    const now = Date.now();
    for (const [text, until] of this.#until) if (until <= now) this.#until.delete(text);
  }
}

/** The set of a server that is one node: it ends with it. */
export class OwnSet extends TextSet implements SharedSet {
  readonly known = undefined;

  async add(text: string, until: number): Promise<Added> {
    return this.put(text, until) ? "unkept" : "full";
  }
}
