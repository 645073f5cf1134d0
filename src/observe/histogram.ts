// How often something took how long, as integers in classes. To note a time costs a few comparisons.

export class Histogram {
  /** Upper bounds of the classes, in seconds, smallest first. */
  readonly bounds: readonly number[];
  /** How many times fell into each class; the last is for those above all bounds. */
  readonly counts: number[];
  /** Of all times, in seconds. */
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  note(seconds: number): void {
    let at = 0;
    while (at < this.bounds.length && seconds > (this.bounds[at] ?? 0)) at++;
    this.counts[at] = (this.counts[at] ?? 0) + 1;
    this.sum += seconds;
  }
}

/** From a millisecond to ten seconds: for what goes over a network, or waits for the event loop. */
export const latencyBounds: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];
