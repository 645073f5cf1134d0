// What takes long to start, and all files of tests share that run in one process: it is started when it is
// needed first, and ended after the last of them.

const started = new Set<{ end(): Promise<void> }>();

export class Shared<Thing extends AsyncDisposable> {
  readonly #start: () => Promise<Thing>;
  #thing: Promise<Thing> | undefined;

  constructor(start: () => Promise<Thing>) {
    this.#start = start;
  }

  /** Whoever borrows it does not end it. */
  borrow(): Promise<Thing> {
    if (this.#thing === undefined) {
      this.#thing = this.#start();
      started.add(this);
    }
    return this.#thing;
  }

  /** Ends it; whoever needs it next starts another one. */
  async end(): Promise<void> {
    const thing = this.#thing;
    this.#thing = undefined;
    started.delete(this);
    await (await thing)?.[Symbol.asyncDispose]();
  }
}

export async function endShared(): Promise<void> {
  for (const shared of started) await shared.end();
}
