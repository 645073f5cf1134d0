// A list that grows line by line, and keeps the newest in sight unless the user has scrolled up to read.

import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { LogLine } from "./log.ts";

interface LinesProps {
  readonly lines: readonly LogLine[];
  /** What a label is. */
  readonly label: "name" | "time";
  /** Id of the heading. */
  readonly labelledBy: string;
  readonly testId: string;
  /** Shown while there is none. */
  readonly empty: string;
}

/** Pixels from the end at which one still reads along. */
const nearEnd = 40;

export function Lines({ lines, label, labelledBy, testId, empty }: LinesProps) {
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);

  useLayoutEffect(() => {
    const { current } = list;
    if (current !== null && isAtEnd.current) current.scrollTop = current.scrollHeight;
  }, [lines]);

  const items = useMemo(
    () => lines.map((line) => <Item key={line.number} {...{ line, label }} />),
    [lines, label],
  );
  return (
    <div
      ref={list}
      class="lines"
      role="log"
      aria-live="polite"
      aria-labelledby={labelledBy}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls by keys
      tabIndex={0}
      data-testid={testId}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < nearEnd;
      }}
    >
      {lines.length === 0 && <p>{empty}</p>}
      <ol>{items}</ol>
    </div>
  );
}

interface ItemProps {
  readonly line: LogLine;
  readonly label: "name" | "time";
}

function Item({ line, label }: ItemProps) {
  return (
    <li data-tone={line.tone}>
      {label === "name" ? <strong>{line.label}</strong> : <time>{line.label}</time>}
      <span data-count={line.count > 1 ? line.count : undefined}>{line.text}</span>
    </li>
  );
}
