// The path of a route. Its segments are words, and names that stand for one segment (`:topic`). The last may be a name
// that stands for all that follows (`*room`).

/** What a path has in the place of the names, percent-encoded. */
export type Params = Readonly<Record<string, string>>;

const isName = (segment: string): boolean => segment.startsWith(":");
const isRest = (segment: string): boolean => segment.startsWith("*");
const isWord = (segment: string): boolean => !isName(segment) && !isRest(segment);
const isEmpty = (segment: string): boolean => segment === "";

/** `/a/b` as its segments. */
export const segmentsOf = (path: string): readonly string[] => path.slice(1).split("/");

export class RoutePath {
  readonly #segments: readonly string[];
  /** The same, without a slash at the end. */
  readonly #loose: readonly string[];
  readonly #ignoresCase: boolean;

  /** @param ignoresCase whether loose matching ignores the case of words */
  constructor(path: string, ignoresCase: boolean) {
    this.#segments = segmentsOf(path);
    this.#loose = this.#segments.slice(0, this.#segments.findLastIndex((s) => s !== "") + 1);
    this.#ignoresCase = ignoresCase;
  }

  /** Whether it has no names. */
  get isExact(): boolean {
    return this.#segments.every(isWord);
  }

  /**
   * Matches the segments of a request's path as they are.
   * @returns `undefined` if they do not match
   */
  match(segments: readonly string[]): Params | undefined {
    const params: Record<string, string> = {};
    for (const [at, expected] of this.#segments.entries()) {
      if (isRest(expected)) return withRest(params, expected, segments, at);
      const segment = segments[at];
      if (segment === undefined) return undefined;
      if (isName(expected) && segment !== "") params[expected.slice(1)] = segment;
      else if (segment !== expected) return undefined;
    }
    return segments.length === this.#segments.length ? params : undefined;
  }

  /**
   * Matches them loosely: doubled slashes count as one, and a slash at the end does not count after a word. Params are
   * as they came.
   */
  matchLoosely(segments: readonly string[]): Params | undefined {
    const params: Record<string, string> = {};
    let at = 0;
    for (const expected of this.#loose) {
      if (isRest(expected)) return withRest(params, expected, segments, at);
      while (segments[at] === "") at++;
      const segment = segments[at++];
      if (segment === undefined) return undefined;
      if (isName(expected)) params[expected.slice(1)] = segment;
      else if (this.#fold(segment) !== this.#fold(expected)) return undefined;
    }
    const slashes = segments.slice(at);
    const isOver = this.#endsInWord ? slashes.every(isEmpty) : slashes.length === 0;
    return isOver ? params : undefined;
  }

  /** Whether the segments lack only the name at its end: `/ws` for `/ws/:topic`. */
  lacksOnlyName(segments: readonly string[]): boolean {
    return !this.#endsInWord && this.matchLoosely([...segments, "name"]) !== undefined;
  }

  /** Whether some path can match both. */
  overlaps(other: RoutePath): boolean {
    const ignoresCase = this.#ignoresCase || other.#ignoresCase;
    return (
      overlap(this.#segments, other.#segments, ignoresCase) ||
      overlap(this.#loose, other.#loose, ignoresCase)
    );
  }

  get #endsInWord(): boolean {
    return isWord(this.#loose.at(-1) ?? "");
  }

  #fold(word: string): string {
    return this.#ignoresCase ? word.toLowerCase() : word;
  }
}

function withRest(
  params: Params,
  name: string,
  segments: readonly string[],
  at: number,
): Params | undefined {
  if (segments.length <= at) return undefined;
  return { ...params, [name.slice(1)]: segments.slice(at).join("/") };
}

function overlap(one: readonly string[], other: readonly string[], ignoresCase: boolean): boolean {
  // At start each route is held against all others, so that this is not asked of copies.
  for (let at = 0; ; at++) {
    const [a, b] = [one[at], other[at]];
    if (a === undefined || b === undefined) return a === b;
    // A `*name` stands for one segment or more, which may be empty.
    if (isRest(a) || isRest(b)) return true;
    const isSame = a === b || (ignoresCase && a.toLowerCase() === b.toLowerCase());
    if (!isSame && !(isName(a) && b !== "") && !(isName(b) && a !== "")) return false;
  }
}
