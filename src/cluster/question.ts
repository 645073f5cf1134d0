// A question to all nodes, until each has answered or cannot answer any more, or the deadline has passed. Answers that
// come late, twice, out of order or from a node that was not asked are ignored.

import type { Answers } from "../core/bus.ts";
import type { NodeId } from "../core/ids.ts";
import type { AnswerPart } from "./message.ts";

/** UTF-16 units of all answers to one question; a node whose answer exceeds them is missing. */
const maxCollected = 33_554_432;

export class Question {
  readonly done: Promise<Answers>;
  /** By the cluster's clock. */
  readonly #deadline: number;
  readonly #resolve: (answers: Answers) => void;
  /** The nodes that have not answered, with the pieces that have come. */
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

  /** A node will not answer. */
  lost(node: NodeId): void {
    if (!this.#waiting.delete(node)) return;
    this.#missing.push(node);
    this.#resolveIfDone();
  }

  /**
   * A piece of an answer has come.
   * @returns the index of the next piece to request, if any
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

  /** @param time now, by the cluster's clock */
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
