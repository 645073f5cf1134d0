// How much a server can answer by itself. This is a closed loop: each client asks again as soon as it is answered.

import { ExitError } from "../process/exit.ts";
import type { Mode } from "./mode.ts";
import { openPairs } from "./pairs.ts";
import { type RelayFigure, RelaySession, relay } from "./relay.ts";

const [first, ...others] = relay.columns;

export const ask: Mode<RelayFigure> = {
  ...relay,
  name: "ask",
  columns: [{ ...first, title: "answered/s" }, ...others],
  conditions: ({ pairs, window, rounds, seconds }) =>
    `${pairs} topics of two, ${window} in flight each, ${rounds} × ${seconds} s`,
  async open(target, options, run) {
    const pairs = await openPairs(target, options, run);
    const asking = pairs.map(({ member }) => ({
      member,
      frame: member.encode(questionOf(member, options.protocol)),
    }));
    return new RelaySession(target, asking, options, run, true);
  },
};

/** @throws {ExitError} if the protocol has no message that only its sender hears of */
function questionOf({ question }: { readonly question?: string | undefined }, protocol: string) {
  if (question !== undefined) return question;
  throw new ExitError(`ask needs --protocol tracker: the driver of ${protocol} asks nothing`);
}
