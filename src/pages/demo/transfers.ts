// The files that go to peers and come from them, as the page shows them, and how much of them it keeps.

export interface Transfer {
  readonly number: number;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** `from Ann`, `to 2 people`. */
  who: string;
  /** From 0 to 1. */
  progress: number;
  /** `cancelled`: by either side. `interrupted`: the sender is gone, or could not go on. */
  state: "going" | "complete" | "interrupted" | "cancelled";
  /** Bytes that the page keeps of it. */
  keptBytes: number;
  /** Of what was received. */
  url?: string;
}

const maxTransfers = 20;

/** What has come of all files that are kept, complete or not. */
const maxKeptBytes = 512 * 1024 * 1024;

export class Transfers {
  readonly #changed: () => void;
  readonly #maxKeptBytes: number;
  #number = 0;
  /** Newest first. */
  all: readonly Transfer[] = [];

  /** @param changed is called after each change */
  constructor(changed: () => void, maxBytes = maxKeptBytes) {
    this.#changed = changed;
    this.#maxKeptBytes = maxBytes;
  }

  /** Beyond 20, the oldest that is over is forgotten. @returns `undefined` if 20 are under way */
  add(name: string, size: number, who: string): Transfer | undefined {
    if (this.all.length >= maxTransfers) {
      const oldest = this.all.findLast(({ state }) => state !== "going");
      if (oldest === undefined) return undefined;
      this.#forget(oldest);
    }
    const number = ++this.#number;
    const start = { progress: 0, state: "going", keptBytes: 0 } as const;
    const transfer: Transfer = { number, name, size, who, ...start };
    this.all = [transfer, ...this.all];
    this.#changed();
    return transfer;
  }

  /** More of a file has come. The oldest complete files are forgotten for it. @returns whether there is room for it */
  keep(transfer: Transfer, bytes: number): boolean {
    const complete = this.all.filter(({ url }) => url !== undefined);
    let excess = sumOf(this.all) + bytes - this.#maxKeptBytes;
    if (excess > sumOf(complete)) return false;
    for (let oldest = complete.pop(); excess > 0 && oldest; oldest = complete.pop()) {
      excess -= oldest.keptBytes;
      this.#forget(oldest);
    }
    transfer.keptBytes += bytes;
    transfer.progress = transfer.keptBytes / transfer.size;
    this.#changed();
    return true;
  }

  /** Shows how far a file has gone that is sent. */
  show(transfer: Transfer, progress: number): void {
    transfer.progress = progress;
    this.#changed();
  }

  /** @param url of what was received */
  complete(transfer: Transfer, url?: string): void {
    if (url !== undefined) transfer.url = url;
    transfer.progress = 1;
    this.end(transfer, "complete");
  }

  /** Nothing happens to one that is over. */
  end(transfer: Transfer, state: Exclude<Transfer["state"], "going">): void {
    if (transfer.state !== "going") return;
    transfer.state = state;
    if (state !== "complete") transfer.keptBytes = 0;
    this.#changed();
  }

  #forget(transfer: Transfer): void {
    if (transfer.url !== undefined) URL.revokeObjectURL(transfer.url);
    this.all = this.all.filter((each) => each !== transfer);
  }
}

const sumOf = (transfers: readonly Transfer[]): number =>
  transfers.reduce((sum, { keptBytes }) => sum + keptBytes, 0);
