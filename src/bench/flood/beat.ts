// Calls back at a steady rate, and says when each call was due. Unlike `Schedule` it rests in between, because the
// server and the flooder need the processors.

export class Beat implements Disposable {
  readonly #start = performance.now();
  readonly #intervalMs: number;
  readonly #run: (index: number, due: number) => void;
  #next = 0;
  #timer: Timer | undefined;

  /** Starts at once. @param run is called once for each beat, with its number and when it was due; late, but never left out */
  constructor(perSecond: number, run: (index: number, due: number) => void) {
    this.#intervalMs = 1000 / perSecond;
    this.#run = run;
    this.#wait();
  }

  /** When a beat is due, by `performance.now()`. */
  dueAt(index: number): number {
    return this.#start + index * this.#intervalMs;
  }

  /** No more beats follow. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(): void {
    const ms = Math.max(0, this.dueAt(this.#next) - performance.now());
    this.#timer = setTimeout(() => this.#catchUp(), ms);
  }

  #catchUp(): void {
    while (this.#timer !== undefined && this.dueAt(this.#next) <= performance.now()) {
      const index = this.#next++;
      this.#run(index, this.dueAt(index));
    }
    if (this.#timer !== undefined) this.#wait();
  }
}
