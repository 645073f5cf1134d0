// Who answers the questions and obeys the orders of operators on this node, by their kinds.

export class ControlHandlers {
  readonly #questions = new Map<string, (question: unknown) => unknown>();
  readonly #orders = new Map<string, (order: unknown) => void>();
  readonly #fault: (thrown: unknown) => void;

  /** @param fault is told of what a handler throws */
  constructor(fault: (thrown: unknown) => void) {
    this.#fault = fault;
  }

  onQuestion(kind: string, answer: (question: unknown) => unknown): void {
    this.#questions.set(kind, answer);
  }

  onOrder(kind: string, obey: (order: unknown) => void): void {
    this.#orders.set(kind, obey);
  }

  /** @returns `undefined` if nobody answers questions of this kind, or the handler has thrown */
  async answer(kind: string, question: unknown): Promise<{ readonly answer: unknown } | undefined> {
    const handler = this.#questions.get(kind);
    if (handler === undefined) return undefined;
    try {
      return { answer: await handler(question) };
    } catch (thrown) {
      this.#fault(thrown);
      return undefined;
    }
  }

  /** An order of a kind that nobody obeys is ignored. */
  obey(kind: string, order: unknown): void {
    try {
      this.#orders.get(kind)?.(order);
    } catch (thrown) {
      this.#fault(thrown);
    }
  }
}
