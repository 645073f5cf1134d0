// The straight line that goes best through a series of samples, by the method of least squares.

export interface Sample {
  readonly seconds: number;
  readonly value: number;
}

/** How much the line rises from the first sample to the last. */
export function riseOf(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [seconds, value] = [mean((each) => each.seconds), mean((each) => each.value)];
  const covariance = mean((each) => (each.seconds - seconds) * (each.value - value));
  const variance = mean((each) => (each.seconds - seconds) ** 2);
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || variance === 0) return 0;
  return (covariance / variance) * (last.seconds - first.seconds);
}
