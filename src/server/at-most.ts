// Waiting with a bound.

/** Waits for a promise, but no longer than so many milliseconds. Leaves no timer behind. */
export async function atMost(ms: number, promise: Promise<void> | undefined): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
