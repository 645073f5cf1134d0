// What a parent asks its workers: each question has a number and a deadline.

import type { WorkerQuestion } from "./worker-messages.ts";

/** Milliseconds: a worker that has not answered by then does not count. */
const deadlineMs = 10_000;

interface Open {
  readonly process: Bun.Subprocess;
  readonly resolve: (answer: unknown) => void;
}

export class WorkerQuestions {
  readonly #open = new Map<number, Open>();
  #asked = 0;

  /** @returns the answer; `undefined` if there is none in time, or the worker has ended */
  async ask(process: Bun.Subprocess, question: WorkerQuestion): Promise<unknown> {
    const id = ++this.#asked;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#open.set(id, { process, resolve });
    const timer = setTimeout(() => resolve(undefined), deadlineMs);
    if (process.exitCode !== null || process.signalCode !== null) resolve(undefined);
    else process.send({ type: "ask", id, question });
    const answer = await promise;
    clearTimeout(timer);
    this.#open.delete(id);
    return answer;
  }

  answered(id: number, answer: unknown): void {
    this.#open.get(id)?.resolve(answer);
  }

  /** The worker has ended. */
  lost(process: Bun.Subprocess): void {
    for (const open of this.#open.values()) if (open.process === process) open.resolve(undefined);
  }
}
