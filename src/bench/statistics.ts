// The statistics that the reports need.

/** The middle value, or the mean of the two in the middle. `NaN` if there are no values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  return upper === undefined || lower === undefined ? Number.NaN : (lower + upper) / 2;
}

/**
 * The percentile by nearest rank: the smallest value that at least `share` of all values do not exceed. It is
 * always a value that was measured, never an interpolation. `NaN` if there are no values.
 *
 * @param ascending sorted values
 * @param share 0 to 1, such as 0.99
 */
export function percentile(ascending: ArrayLike<number>, share: number): number {
  // 0.07 * 100 is 7.000000000000001: a rank that is above a whole number only by rounding is that number.
  const rank = Math.ceil(share * ascending.length - 1e-9);
  return ascending[Math.max(rank, 1) - 1] ?? Number.NaN;
}
