// How long to wait before another try, and a wait that the user can end.

import type { Waiting } from "../../client/api.ts";

const longestMs = 30_000;

/** Milliseconds. Doubles with each failure, and varies by half so that clients do not return all at once. */
export function retryDelay(failures: number, firstMs = 1000): number {
  return Math.min(firstMs * 2 ** failures, longestMs) * (0.5 + Math.random() / 2);
}

/** Waits before a server that is out of reach is tried again. */
export function untilNextTry(
  failures: number,
  onWaiting: (waiting: Waiting) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const retryMs = retryDelay(failures);
    const timer = setTimeout(resolve, retryMs);
    const retryNow = () => {
      clearTimeout(timer);
      resolve();
    };
    onWaiting({ code: 1006, reason: "", retryMs, retryNow });
  });
}
