// The flooder as the talkers' process sees it: started ahead of time, told to begin, and ended.

import * as v from "valibot";
import { ExitError } from "../../process/exit.ts";
import type { Run } from "../run.ts";
import { readyWord } from "./flooder.ts";
import { type FloodOrder, writeOrder } from "./order.ts";
import { FloodCounts } from "./tally.ts";

/** Seconds that it may take to start, and to end after its time. */
const graceSeconds = 10;

const Report = v.pipe(v.string(), v.parseJson(), FloodCounts);

export class FlooderProcess implements AsyncDisposable {
  readonly #run: Run;
  readonly #order: FloodOrder;
  readonly #child: Bun.Subprocess<"pipe", "pipe", "pipe">;
  readonly #lines: string[] = [];
  #complaint = "";
  #hasEnded = false;

  /** Starts it. It does nothing yet. @param command starts this program */
  constructor(command: readonly string[], order: FloodOrder, run: Run) {
    this.#run = run;
    this.#order = order;
    this.#child = Bun.spawn([...command, "flooder"], {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "pipe",
    });
    this.#watch();
  }

  /** Resolves when it can begin at once. */
  async ready(): Promise<void> {
    const isReady = (): boolean => this.#lines.includes(readyWord) || this.#hasEnded;
    await this.#run.until(isReady, graceSeconds);
    if (!this.#lines.includes(readyWord))
      throw new ExitError(`the flooder did not start${this.#complaint && `: ${this.#complaint}`}`);
  }

  begin(): void {
    this.#child.stdin.write(`${writeOrder(this.#order)}\n`);
    this.#child.stdin.flush();
  }

  /** Resolves when the attack is over. @returns what it did; null if it did not end in its time, or failed */
  async report(): Promise<FloodCounts | null> {
    const isOver = (): boolean => this.#lines.length > 1 || this.#hasEnded;
    await this.#run.until(isOver, this.#order.seconds + graceSeconds);
    const report = v.safeParse(Report, this.#lines[1]);
    return report.success ? report.output : null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.exited;
  }

  async #watch(): Promise<void> {
    await Promise.all([this.#readOutput(), this.#readErrors(), this.#child.exited]);
    this.#hasEnded = true;
  }

  async #readOutput(): Promise<void> {
    let text = "";
    for await (const more of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (text + more).split("\n");
      text = lines.pop() ?? "";
      this.#lines.push(...lines);
    }
  }

  async #readErrors(): Promise<void> {
    for await (const text of this.#child.stderr.pipeThrough(new TextDecoderStream()))
      this.#complaint = text.trim().split("\n").at(-1) ?? "";
  }
}
