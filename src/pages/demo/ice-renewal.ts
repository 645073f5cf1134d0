// The ICE servers that the server gives, asked for again before their credentials end, and after each failure.

import { retryDelay } from "../pieces/retry-delay.ts";
import { fetchIce, type Ice } from "./server-ice.ts";

export interface IceRenewalOptions {
  /** The server checks each request with it. If unset: requests have no token. */
  readonly token?: () => string;
  readonly onIce: (ice: Ice) => void;
  /** The first pause after a failure, doubled each time. Default: 1000. */
  readonly firstRetryMs?: number;
}

/** Timers take 24 days at most, and credentials may last a year. */
const maxPauseMs = 2_000_000_000;

export class IceRenewal {
  readonly #options: IceRenewalOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  /** Grows with each start and stop: an answer to what was asked before is dropped. */
  #turn = 0;

  constructor(options: IceRenewalOptions) {
    this.#options = options;
  }

  /** Asks at once, and again when it is time. */
  async ask(): Promise<void> {
    this.stop();
    const turn = this.#turn;
    const { token, onIce, firstRetryMs } = this.#options;
    const answer = await fetchIce(token?.());
    if (turn !== this.#turn) return;
    if (answer === undefined || "refusal" in answer)
      return this.#askIn(retryDelay(this.#failures++, firstRetryMs));
    this.askAfter(answer.ice);
    onIce(answer.ice);
  }

  /** Asks again when half of the time of these is over. */
  askAfter({ iceSeconds }: Ice): void {
    this.stop();
    this.#failures = 0;
    if (iceSeconds !== undefined) this.#askIn(Math.min(iceSeconds * 500, maxPauseMs));
  }

  stop(): void {
    this.#turn++;
    clearTimeout(this.#timer);
  }

  #askIn(ms: number): void {
    this.#timer = setTimeout(() => void this.ask(), ms);
  }
}
