// A question of this node to all nodes, until all have answered, or cannot any more, or the deadline has passed. What
// comes late, twice, out of order or from somebody who was not asked is ignored.

import type { Answers } from "../core/bus.ts";
import type { NodeId } from "../core/ids.ts";
import type { AnswerPart } from "./message.ts";

/** UTF-16 units that are kept of all answers to one question; who answers after that is missing. */
const maxCollected = 33_554_432;

export class Question {
  readonly done: Promise<Answers>;
  /** By the cluster's clock. */
  readonly #deadline: number;
  readonly #resolve: (answers: Answers) => void;
  /** Those that have not answered, each with the pieces that have come. */
  readonly #waiting: Map<NodeId, string[]>;
  readonly #answers = new Map<NodeId, unknown>();
  readonly #missing: NodeId[] = [];
  #collected = 0;

  constructor(asked: readonly NodeId[], deadline: number) {
    const { promise, resolve } = Promise.withResolvers<Answers>();
    this.done = promise;
    this.#resolve = resolve;
    this.#deadline = deadline;
    this.#waiting = new Map(asked.map((node) => [node, []]));
  }

  answered(node: NodeId, answer: unknown): void {
    if (!this.#waiting.delete(node)) return;
    this.#answers.set(node, answer);
    this.#resolveIfDone();
  }

  /** A node has not answered, and will not. */
  lost(node: NodeId): void {
    if (!this.#waiting.delete(node)) return;
    this.#missing.push(node);
    this.#resolveIfDone();
  }

  /**
   * A piece of an answer has come.
   * @returns the number of the next one, if there is one and it is wanted
   */
  take(node: NodeId, { p: index, of: count, a: piece }: AnswerPart): number | undefined {
    const pieces = this.#waiting.get(node);
    if (pieces === undefined || index !== pieces.length) return undefined;
    this.#collected += piece.length;
    if (count === 0 || this.#collected > maxCollected) this.lost(node);
    else if (pieces.push(piece) < count) return pieces.length;
    else this.#complete(node, pieces.join(""));
    return undefined;
  }

  expire(time: number): void {
    if (time < this.#deadline) return;
    for (const node of [...this.#waiting.keys()]) this.lost(node);
  }

  #complete(node: NodeId, text: string): void {
    try {
      this.answered(node, JSON.parse(text));
    } catch {
      this.lost(node);
    }
  }

  #resolveIfDone(): void {
    if (this.#waiting.size === 0) this.#resolve({ answers: this.#answers, missing: this.#missing });
  }
}
