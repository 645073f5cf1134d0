// The commands that Redis refuses: NOPERM for a user without the right, OOM when it is full, MISCONF when it cannot save,
// ERR for one that was renamed. That is not the same as Redis being away, and must never be taken for a yes. Each is told
// once, until it works again.

import { Tally } from "../../observe/tally.ts";
import { describeProblem, isRedirection, isRefusal } from "./problem.ts";

/** Milliseconds after which a command that was refused counts no more, unless it is tried again. */
const untriedMs = 60_000;

interface RefusalLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export class RefusedCommands {
  /** All that were refused so far, by their names. */
  readonly total = new Tally();
  readonly #log: RefusalLog;
  readonly #now: () => number;
  /** By server and command: the word that Redis has answered, and when it did so last. */
  readonly #refused = new Map<string, { problem: string; at: number }>();

  /** @param now milliseconds, by a clock that never goes back */
  constructor(log: RefusalLog, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  /** Whether Redis refuses something now, as far as is known. */
  get isAny(): boolean {
    return this.#refused.size > 0;
  }

  /** Commands that are refused now. */
  get count(): number {
    return this.#refused.size;
  }

  /**
   * A command has failed.
   * @param server tells the servers of a Redis Cluster apart
   * @param command its name in capitals
   */
  failed(server: number, command: string, error: unknown): void {
    if (!isRefusal(error) || isRedirection(error)) return;
    this.total.add(command);
    const problem = describeProblem(error);
    const key = `${server} ${command}`;
    const known = this.#refused.get(key);
    this.#refused.set(key, { problem, at: this.#now() });
    if (known?.problem === problem) return;
    this.#log.warn(
      { command, problem },
      "Redis refuses a command: this node is degraded until it works",
    );
  }

  /** A command was done. */
  worked(server: number, command: string): void {
    if (this.#refused.size === 0 || !this.#refused.delete(`${server} ${command}`)) return;
    this.#log.info({ command }, "Redis does the command again");
  }

  /** Forgets commands that nobody has tried for some time: whether they work is not known. Call it now and then. */
  forgetUntried(): void {
    for (const [key, { at }] of this.#refused)
      if (this.#now() - at > untriedMs) this.#refused.delete(key);
  }

  /** A server of a Redis Cluster is not used any more. */
  forget(server: number): void {
    for (const key of [...this.#refused.keys()])
      if (key.startsWith(`${server} `)) this.#refused.delete(key);
  }
}
