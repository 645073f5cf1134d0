// How long the event loop was held up, as a timer sees it that should run at every step of the clock.

import { type Clock, stepMs } from "../core/clock.ts";
import type { Histogram } from "./histogram.ts";

/** @param now milliseconds; tests give their own */
export function noteLag(
  clock: Clock,
  lag: Histogram,
  now: () => number = () => performance.now(),
): void {
  let last = now();
  clock.everyStep(() => {
    const time = now();
    lag.note(Math.max(0, time - last - stepMs) / 1000);
    last = time;
  });
}
