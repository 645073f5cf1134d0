// How much memory the members on all other nodes may take here: anybody who can publish could tell of any number.

import type { ClusterLog } from "./context.ts";

/** UTF-16 units that they may take: about a million members. */
const maxKept = 268_435_456;

export class MemberRoom {
  readonly #log: ClusterLog;
  #kept = 0;
  #isFull = false;

  constructor(log: ClusterLog) {
    this.#log = log;
  }

  /**
   * Takes room for a member.
   * @param units UTF-16 units; negative to give room back
   * @returns false if there is no room
   */
  keep(units: number): boolean {
    if (this.#kept + units <= maxKept) {
      this.#kept += units;
      if (this.#kept < maxKept / 2) this.#isFull = false;
      return true;
    }
    if (!this.#isFull)
      this.#log.warn(
        {},
        "there are too many members on other nodes: some of them are not known here",
      );
    this.#isFull = true;
    return false;
  }
}
