// Which pages may use this server, by their origin.

/** An origin as browsers send it, `https://*.example.org` for all hosts below, or `null`. */
const originPattern = /^(?:[a-z][a-z\d+.-]*:\/\/(?:\*\.)?[^\s/?#@,*]+|null)$/i;

/** Whether a text can be in `--allowed-origins`. */
export const isOriginPattern = (text: string): boolean => text === "*" || originPattern.test(text);

export class Origins {
  /** Whether pages of any origin are allowed, but for those that have none (`null`). */
  readonly #any: boolean;
  readonly #exact: ReadonlySet<string>;
  /** What stands around the `*` of a host. */
  readonly #wildcards: readonly (readonly [start: string, end: string])[];

  /** @param patterns see `isOriginPattern`; compared without regard to case */
  constructor(patterns: readonly string[]) {
    const lower = patterns.map((pattern) => pattern.toLowerCase());
    this.#any = lower.includes("*");
    this.#exact = new Set(lower.filter((pattern) => !pattern.includes("*")));
    this.#wildcards = lower.flatMap((pattern) => {
      const [start, end] = pattern.split("*");
      return pattern !== "*" && start !== undefined && end !== undefined
        ? [[start, end] as const]
        : [];
    });
  }

  /** Whether an operator has listed origins, so that those may use credentials. */
  get areListed(): boolean {
    return !this.#any;
  }

  /** @param origin the header; a client that is no browser sends none, and is allowed */
  allows(origin: string | null): boolean {
    if (origin === null) return true;
    const lower = origin.toLowerCase();
    if (this.#exact.has(lower)) return true;
    // The origin of a sandboxed page or a file is anybody's.
    if (lower === "null") return false;
    return this.#any || this.#wildcards.some((wildcard) => isBelow(lower, wildcard));
  }
}

const isBelow = (origin: string, [start, end]: readonly [string, string]): boolean =>
  origin.length > start.length + end.length &&
  origin.startsWith(start) &&
  origin.endsWith(end) &&
  !origin.slice(start.length, -end.length).includes("/");
