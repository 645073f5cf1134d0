// What takes long to start, and all files of tests share that run in one process: it is started when it is
// needed first, and ended after the last of them.

const started: Promise<AsyncDisposable>[] = [];

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
      started.push(this.#thing);
    }
    const { url } = await this.#thing;
    return { url, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
}

export async function endShared(): Promise<void> {
  for (const thing of started.splice(0)) await (await thing)[Symbol.asyncDispose]();
}
