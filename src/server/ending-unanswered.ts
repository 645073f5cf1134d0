// Makes room while files are short: ends connections that were never answered, until there has been room for a while.

import { UnansweredConnections } from "./unanswered.ts";

/** Milliseconds between two rounds in which connections are ended. */
const roundMs = 5;

/** Looks after which it is over, or found to help nothing. */
const patientLooks = 20;

export class EndingUnanswered {
  /** How many were ended. */
  ended = 0;
  readonly #enough: number;
  readonly #timer: Timer;
  /** Looks in a row with enough room, and looks in which nothing was ended. */
  #roomy = 0;
  #idle = 0;

  /**
   * Begins.
   * @param enough free files with which all is well again
   * @param isAnswering whether some request has come whole and has no answer yet
   */
  constructor(unanswered: UnansweredConnections, enough: number, isAnswering: () => boolean) {
    this.#enough = enough;
    this.#timer = setInterval(() => {
      const ended = unanswered.end(isAnswering());
      this.ended += ended;
      if (ended > 0) this.#idle = 0;
    }, roundMs);
  }

  /** Call it twenty times a second. @param free files @returns `idle` where there is nobody to end, though there is little room */
  look(free: number): "goes on" | "over" | "idle" {
    this.#roomy = free >= this.#enough ? this.#roomy + 1 : 0;
    this.#idle++;
    if (this.#roomy >= patientLooks) return "over";
    return this.#idle >= patientLooks ? "idle" : "goes on";
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** Begins to make room: see the constructors. @returns `undefined` where that is not possible */
export function endUnanswered(
  port: number,
  maxFiles: number,
  enough: number,
  isAnswering: () => boolean,
): EndingUnanswered | undefined {
  try {
    return new EndingUnanswered(new UnansweredConnections(port, maxFiles), enough, isAnswering);
  } catch {
    return undefined;
  }
}
