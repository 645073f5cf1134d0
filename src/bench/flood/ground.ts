// Where an attack takes place: it opens connections, counts what they do, and holds the bounds of the attack.
// Once it is closed, nothing is left of it.

import { type Dial, Line, type LineContext } from "./line.ts";
import { Tally } from "./tally.ts";

/** Bytes that one attack may send for each second of its time. What the kernel has taken counts, read or not. */
const bytesPerSecond = 1_073_741_824;

/** Connections that one attack may open for each second of its time, beside those that it has at once. */
const connectsPerSecond = 20_000;

/** Milliseconds until a connection that could not be made is tried again. */
const retryMs = 50;

/** How a connection that is kept comes and goes. */
interface Visits {
  /** Milliseconds after which it is dropped; if unset, it stays until the server ends it. */
  readonly stayMs?: number;
  /** Milliseconds until the next one is opened. Default: 0. */
  readonly pauseMs?: number;
}

/** Where it is, and how large. */
interface GroundBounds {
  readonly urls: readonly [URL, ...URL[]];
  readonly connections: number;
  readonly seconds: number;
}

export class Ground implements LineContext, Disposable {
  readonly connections: number;
  /** Names of topics begin with it: two attacks on one server never meet. */
  readonly name = `flood-${crypto.randomUUID().slice(0, 8)}`;
  readonly tally = new Tally();
  readonly #urls: readonly [URL, ...URL[]];
  readonly #lines = new Set<Line>();
  readonly #timers = new Set<Timer>();
  readonly #atEnd: (() => void)[] = [];
  #bytesLeft: number;
  #connectsLeft: number;
  #next = 0;
  #isClosed = false;

  constructor({ urls, connections, seconds }: GroundBounds) {
    this.connections = connections;
    this.#urls = urls;
    this.#bytesLeft = bytesPerSecond * seconds;
    this.#connectsLeft = connections + connectsPerSecond * seconds;
  }

  /** Opens a connection, unless the attack has used up those that it may open. Nodes take turns. */
  dial(dial: Dial): void {
    if (this.#isClosed || this.#connectsLeft === 0) return;
    this.#connectsLeft--;
    const [first] = this.#urls;
    const url = this.#urls[this.#next++ % this.#urls.length] ?? first;
    this.#lines.add(new Line(dial.url ?? url, dial, this));
  }

  /** Opens a connection, and another one when it has ended, and so on. */
  keep(make: () => Dial, { stayMs, pauseMs = 0 }: Visits = {}): void {
    const again = (): void => {
      const dial = make();
      this.dial({
        ...dial,
        opened: (line) => {
          dial.opened?.(line);
          if (stayMs !== undefined) this.after(stayMs, () => leave(line));
        },
        ended: next,
      });
    };
    const next = pauseMs === 0 ? again : () => this.after(pauseMs, again);
    const leave = (line: Line): void => {
      if (line.isOver) return;
      line.drop();
      next();
    };
    again();
  }

  /** Calls back after some milliseconds, unless the attack is over by then. */
  after(ms: number, run: () => void): void {
    if (this.#isClosed) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, ms);
    this.#timers.add(timer);
  }

  /** Calls back when the attack is over. */
  atEnd(run: () => void): void {
    this.#atEnd.push(run);
  }

  retry(run: () => void): void {
    this.after(retryMs, run);
  }

  takeBytes(count: number): boolean {
    if (this.#bytesLeft < count) return false;
    this.#bytesLeft -= count;
    return true;
  }

  gone(line: Line): void {
    this.#lines.delete(line);
  }

  /** Ends the attack: drops all connections at once. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    for (const line of [...this.#lines]) line.drop();
    for (const run of this.#atEnd) run();
  }
}

/** Calls `run` so many times, with 0 and up. */
export function times(count: number, run: (index: number) => void): void {
  for (let index = 0; index < count; index++) run(index);
}
