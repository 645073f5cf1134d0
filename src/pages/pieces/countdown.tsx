// The seconds until the next try to reach the server, and a button for who does not want to wait.

import { useEffect, useState } from "preact/hooks";

/** No connection; another try follows. */
export interface NextTry {
  /** Why there is none, in words. */
  readonly why: string;
  /** By `performance.now()`. */
  readonly at: number;
  retryNow(): void;
}

/** Give it `next.at` as its key. It stands apart from what is read aloud, as it changes each second. */
export function Countdown({ next }: { readonly next: NextTry }) {
  const secondsLeft = () => Math.max(0, Math.ceil((next.at - performance.now()) / 1000));
  const [seconds, setSeconds] = useState(secondsLeft);
  const [isTrying, setTrying] = useState(false);

  useEffect(() => {
    const timer = setInterval(() => setSeconds(secondsLeft()), 250);
    return () => clearInterval(timer);
  }, []);

  return (
    <>
      <span data-testid="countdown">
        {isTrying || seconds === 0 ? "trying …" : `next try in ${seconds} s`}
      </span>
      <button
        type="button"
        data-testid="try-now"
        onClick={() => {
          setTrying(true);
          next.retryNow();
        }}
      >
        Try now
      </button>
    </>
  );
}
