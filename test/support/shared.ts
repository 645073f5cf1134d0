// What takes long to start, and all files of tests share that run in one process: it is started when it is
// needed first, and ended after the last of them.

const started = new Set<{ end(): Promise<void> }>();

export class Shared<Thing extends { readonly url: URL } & AsyncDisposable> {
  readonly #start: () => Promise<Thing>;
  #thing: Promise<Thing> | undefined;

  constructor(start: () => Promise<Thing>) {
    this.#start = start;
  }

  /** Who borrows it does not end it. */
  async borrow(): Promise<{ readonly url: URL } & AsyncDisposable> {
    if (this.#thing === undefined) {
      this.#thing = this.#start();
      started.add(this);
    }
    const { url } = await this.#thing;
    return { url, [Symbol.asyncDispose]: () => Promise.resolve() };
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
