// What became of the relays of one hub: each is counted once, and its sender is told if it failed, by one way.

import { isFailed, type LateFailure, type Outcome } from "./outcome.ts";
import type { Peer } from "./peer.ts";

export class RelayCounts {
  /** By what became of them at once; one that was passed on to another node counts as `sent`. */
  readonly outcomes: Record<Outcome, number> = {
    sent: 0,
    queued: 0,
    dropped: 0,
    absent: 0,
    forbidden: 0,
  };
  /** Those that were passed on to another node, and failed on their way. */
  readonly lateFailures: Record<LateFailure, number> = { dropped: 0, absent: 0 };
  readonly #relayed: ((sender: Peer, outcome: Outcome) => void) | undefined;

  /** @param relayed as in `HubObserver` */
  constructor(relayed?: (sender: Peer, outcome: Outcome) => void) {
    this.#relayed = relayed;
  }

  /** @param reference as in `Hub.relay` @returns the outcome */
  settle(sender: Peer, outcome: Outcome, reference: string | undefined): Outcome {
    this.outcomes[outcome]++;
    sender.charge(1);
    if (this.#relayed !== undefined) this.#relayed(sender, outcome);
    if (reference !== undefined && isFailed(outcome))
      sender.conversation?.failed?.(reference, outcome);
    return outcome;
  }

  failedLate(sender: Peer, why: LateFailure, reference: string | undefined): void {
    this.lateFailures[why]++;
    this.#relayed?.(sender, why);
    if (reference !== undefined) sender.conversation?.failed?.(reference, why);
  }
}
