// Values that belong to moments. A phase of a measurement is a span of time.

/** A span of time, by `performance.now()`. */
export interface Span {
  readonly from: number;
  /** The first moment that does not belong to it. */
  readonly to: number;
}

export class Series {
  readonly #moments: number[] = [];
  readonly #values: number[] = [];

  add(moment: number, value: number): void {
    this.#moments.push(moment);
    this.#values.push(value);
  }

  /** The values of all moments in the span, in the order in which they were added. */
  within({ from, to }: Span): readonly number[] {
    return this.#values.filter((_, index) => {
      const moment = this.#moments[index] ?? Number.NaN;
      return moment >= from && moment < to;
    });
  }
}

/** The greatest value; null if there is none. */
export const greatest = (values: readonly number[]): number | null =>
  values.reduce<number | null>((most, value) => Math.max(most ?? value, value), null);
