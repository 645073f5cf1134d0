// How long to wait before another try, and a wait that the user can end.

/** A connection that is lost, as far as who waits for another one needs to know. */
export interface Lost {
  /** Of the close. 1006 without a reason: the server was not reached. */
  readonly code: number;
  readonly reason: string;
  /** Milliseconds until the next try. */
  readonly retryMs: number;
  /** Tries at once. */
  retryNow(): void;
}

const longestMs = 30_000;

/** Milliseconds. Doubles with each failure, and varies by half so that clients do not return all at once. */
export function retryDelay(failures: number, firstMs = 1000): number {
  return Math.min(firstMs * 2 ** failures, longestMs) * (0.5 + Math.random() / 2);
}

/** Waits before a server that is out of reach is tried again. */
export function untilNextTry(failures: number, onWaiting: (lost: Lost) => void): Promise<void> {
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
