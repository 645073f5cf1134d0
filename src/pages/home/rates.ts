// How much happens a second, from counts that only grow.

/** Rates that are kept: two minutes of them. */
const maxRates = 60;

export class Rates {
  /** Oldest first. */
  #rates: readonly number[] = [];
  #at: number | undefined;
  #count = 0;

  /** @param at seconds @param count what has happened until then */
  add(at: number, count: number): void {
    const before = this.#at;
    if (before !== undefined && at <= before) return;
    const more = count - this.#count;
    this.#at = at;
    this.#count = count;
    // Less than before: a node has gone, with all that it has counted.
    if (before === undefined || more < 0) return;
    this.#rates = [...this.#rates, more / (at - before)].slice(-maxRates);
  }

  /** The last rate, once there are two counts. */
  get latest(): number | undefined {
    return this.#rates.at(-1);
  }

  /** The rates as points of an SVG's line, the latest at the right, in a box of 60 by 20. */
  get points(): string {
    const most = Math.max(1, ...this.#rates);
    const first = maxRates - this.#rates.length;
    return this.#rates
      .map((rate, index) => `${first + index + 1},${(19 - (rate / most) * 18).toFixed(1)}`)
      .join(" ");
  }
}
