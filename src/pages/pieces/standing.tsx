// How a page stands with the server: in, out and why, or waiting for the next try.

import { Countdown, type NextTry } from "./countdown.tsx";

export interface PageStanding {
  /** `out`: not joined, and not about to. `busy`: about to be. `in`: also while the next try is waited for. */
  readonly state: "out" | "busy" | "in";
  readonly text: string;
  /** Who the server knows this page as; empty if it does not. */
  readonly selfId?: string;
  /** More of that. */
  readonly more?: string;
  readonly next?: NextTry | undefined;
}

interface StandingLineProps {
  readonly standing: PageStanding;
  /** What did not work, in words; empty if there is nothing. */
  readonly problem: string;
}

export function StandingLine({ standing, problem }: StandingLineProps) {
  const { text, selfId = "", more = "", next } = standing;
  return (
    <>
      <p class="problem" role="alert" data-testid="problem">
        {problem}
      </p>
      <p class="status">
        <span role="status" data-testid="status">
          {next?.why ?? text}
        </span>
        <code data-testid="self-id">{next === undefined && selfId}</code>
        <span data-testid="until">{next === undefined && more}</span>
        {next !== undefined && <Countdown key={next.at} next={next} />}
      </p>
    </>
  );
}
