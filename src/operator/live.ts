// What is told every second to whoever watches: one overview for all of them, asked for as long as somebody does.

import type { OperatorSource } from "./source.ts";

/** Who may watch at the same time. */
const maxViewers = 32;

/** Milliseconds between two overviews. */
const pauseMs = 1000;

interface Viewer {
  /** Must not throw. */
  send(text: string): unknown;
  close(code: number, reason: string): void;
}

export class Live {
  readonly #source: Pick<OperatorSource, "perform">;
  /** Whether viewers may act. */
  #mayAct: boolean;
  readonly #fault: (thrown: unknown) => void;
  readonly #viewers = new Set<Viewer>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #isAsking = false;

  /**
   * @param mayAct whether viewers may act
   * @param fault is told of what asking throws
   */
  constructor(
    source: Pick<OperatorSource, "perform">,
    mayAct: boolean,
    fault: (thrown: unknown) => void,
  ) {
    this.#source = source;
    this.#mayAct = mayAct;
    this.#fault = fault;
  }

  get isFull(): boolean {
    return this.#viewers.size >= maxViewers;
  }

  add(viewer: Viewer): void {
    this.#viewers.add(viewer);
    this.#timer ??= setInterval(() => this.#tell(), pauseMs);
    void this.#tell();
  }

  /** Closes all viewers, who were let in by a token that is not good any more. @param mayAct whether others may act */
  restart(mayAct: boolean): void {
    this.#mayAct = mayAct;
    for (const viewer of [...this.#viewers]) viewer.close(1008, "the token has changed");
  }

  delete(viewer: Viewer): void {
    this.#viewers.delete(viewer);
    if (this.#viewers.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Nodes that do not answer make an answer late: no other is asked for meanwhile. */
  async #tell(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      const { status, body } = await this.#source.perform({
        method: "GET",
        path: "/api/v1/overview",
      });
      if (status !== 200) return;
      const text = JSON.stringify({ at: Date.now() / 1000, mayAct: this.#mayAct, ...body });
      for (const viewer of this.#viewers) viewer.send(text);
    } catch (thrown) {
      this.#fault(thrown);
    } finally {
      this.#isAsking = false;
    }
  }
}
