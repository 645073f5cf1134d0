// How long to wait before a worker is started again.

const firstPauseMs = 100;
const longestPauseMs = 10_000;

/** Each further failure doubles it. @param failures in a row, at least 1 */
export const pauseMs = (failures: number): number =>
  Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs);
