// When other nodes are told the members of a topic that they ask for. An ask is short and its answer may be long, and
// whoever can publish in Redis can ask in the name of any node: a node is told of a topic some times in a step, and all of
// them so much. What is due waits for the next steps, once for each; nodes that get no answer ask again.

import type { NodeId } from "../core/ids.ts";

/** Bytes of all answers in one step, a tenth of a second. One may go beyond it. */
const bytesPerStep = 4_194_304;

/** Answers to one node about one topic in a step. A page that is loaded again has its node say hello again. */
const answersPerStep = 4;

/** Most answers that wait. */
const maxWaiting = 100_000;

/** A node has asked. */
export interface Asked {
  readonly channel: string;
  readonly node: NodeId;
  /** The serial of its hello, if it has said hello. */
  readonly re: number | undefined;
}

export class Answers {
  readonly #answer: (asked: Asked) => number;
  /** How often who was told of what in this step. */
  readonly #told = new Map<string, number>();
  readonly #waiting = new Map<string, Asked>();
  #left = bytesPerStep;

  /** @param answer tells a node; returns how many bytes that takes */
  constructor(answer: (asked: Asked) => number) {
    this.#answer = answer;
  }

  /** Answers now, or in a later step. */
  take(asked: Asked): void {
    const key = `${asked.node} ${asked.channel}`;
    const waiting = this.#waiting.get(key);
    const told = this.#told.get(key) ?? 0;
    if (waiting === undefined && told < answersPerStep && this.#left > 0)
      return this.#tell(key, asked);
    if (waiting === undefined && this.#waiting.size >= maxWaiting) return;
    this.#waiting.set(key, { ...asked, re: asked.re ?? waiting?.re });
  }

  /** Answers what waits. Call it ten times a second. */
  step(): void {
    this.#told.clear();
    this.#left = bytesPerStep;
    for (const [key, asked] of this.#waiting) {
      if (this.#left <= 0) return;
      this.#waiting.delete(key);
      this.#tell(key, asked);
    }
  }

  #tell(key: string, asked: Asked): void {
    this.#told.set(key, (this.#told.get(key) ?? 0) + 1);
    this.#left -= this.#answer(asked);
  }
}
