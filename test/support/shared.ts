// What takes long to start, and tests share: it is started when it is needed first, and ended after the last file of
// tests. A worker of `bun test --parallel` does not know which of its files is the last, and nothing tells it that it is
// to end: there only what ends with the process is shared by several files, and all else is ended after each.

const isWorker = Bun.env["BUN_TEST_WORKER_ID"] !== undefined;

const started = new Set<{ readonly endsWithProcess: boolean; end(): Promise<void> }>();

export class Shared<Thing extends AsyncDisposable> {
  readonly #start: () => Promise<Thing>;
  readonly endsWithProcess: boolean;
  #thing: Promise<Thing> | undefined;

  /** @param endsWithProcess whether it ends by itself when this process has ended, however that was */
  constructor(start: () => Promise<Thing>, endsWithProcess = false) {
    this.#start = start;
    this.endsWithProcess = endsWithProcess;
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

/** After each file in a worker, and else after the last one. */
export async function endShared(): Promise<void> {
  for (const shared of started) if (!(isWorker && shared.endsWithProcess)) await shared.end();
}
