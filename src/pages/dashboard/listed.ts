// A list of the admin API that is asked for again, a moment after what is looked for has changed.

import { useEffect, useRef, useState } from "preact/hooks";

interface Listed<Answer> {
  readonly answer: Answer | undefined;
  readonly problem: string;
  /** Asks once more. */
  readonly refresh: () => void;
}

/** Milliseconds in which somebody goes on typing. */
const typingMs = 250;

/** @param key changes with what is asked for */
export function useListed<Answer>(key: string, ask: () => Promise<Answer>): Listed<Answer> {
  const [answer, setAnswer] = useState<Answer>();
  const [problem, setProblem] = useState("");
  const [turn, setTurn] = useState(0);
  const asking = useRef(ask);
  asking.current = ask;

  useEffect(() => {
    let isOld = false;
    const timer = setTimeout(async () => {
      try {
        const next = await asking.current();
        if (isOld) return;
        setAnswer(() => next);
        setProblem("");
      } catch (thrown) {
        if (!isOld) setProblem(thrown instanceof Error ? thrown.message : String(thrown));
      }
    }, typingMs);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [key, turn]);

  return { answer, problem, refresh: () => setTurn((before) => before + 1) };
}
