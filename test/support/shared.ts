// What takes long to start, and all files of tests share that run in one process: it is started when it is needed first.
// A worker of `bun test --parallel` does not know which of its files is the last, and nothing tells it that it is to end:
// what is shared must end by itself when the process has ended.

const isWorker = Bun.env["BUN_TEST_WORKER_ID"] !== undefined;

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

/** Call it after all tests: that is after each file in a worker, where it does nothing, and else after the last one. */
export async function endShared(): Promise<void> {
  if (isWorker) return;
  for (const shared of started) await shared.end();
}
