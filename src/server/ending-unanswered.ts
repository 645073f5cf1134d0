// Makes room while files are short: ends connections that were never answered, until there has been room for a while.

import type { NodeCounts } from "../observe/counts.ts";
import type { Log } from "../observe/log.ts";
import { UnansweredConnections } from "./unanswered.ts";

/** Milliseconds between two rounds in which connections are ended. */
const roundMs = 5;

/** Looks after which it is over, or found to help nothing. */
const patientLooks = 20;

/** What is told that files are short. */
export interface FilesTold {
  readonly log: Log;
  readonly counts: NodeCounts;
}

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
  constructor(
    unanswered: UnansweredConnections,
    enough: number,
    counts: NodeCounts,
    isAnswering: () => boolean,
  ) {
    this.#enough = enough;
    this.#timer = setInterval(() => {
      const ended = unanswered.end(isAnswering());
      this.ended += ended;
      counts.unanswered += ended;
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
  { log, counts }: FilesTold,
  isAnswering: () => boolean,
): EndingUnanswered | undefined {
  try {
    const unanswered = new UnansweredConnections(port, maxFiles);
    const ending = new EndingUnanswered(unanswered, enough, counts, isAnswering);
    log.warn(
      { limit: maxFiles },
      "close to the limit of open files: connections that have asked for nothing are ended",
    );
    return ending;
  } catch {
    return undefined;
  }
}
