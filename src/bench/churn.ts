// What coming and going costs: topics whose members stay, but for one of each, who joins, leaves, and joins again. This is
// a closed loop: each comes back as soon as the server has closed its last connection.

import { gather } from "./crowd.ts";
import type { BenchMember } from "./member.ts";
import { type BenchSession, type Mode, warmUpSeconds } from "./mode.ts";
import type { BenchOptions } from "./options.ts";
import type { Run } from "./run.ts";
import { percentile } from "./statistics.ts";
import { per, percentBusy, Stopwatch } from "./stopwatch.ts";
import type { Target } from "./targets.ts";

type ChurnFigure =
  | "visitsPerSecond"
  | "visitsPerCpuSecond"
  | "p50Ms"
  | "p99Ms"
  | "serverCpuPercent"
  | "benchCpuPercent";

export const churn: Mode<ChurnFigure> = {
  name: "churn",
  columns: [
    { figure: "visitsPerSecond", title: "visits/s", digits: 0 },
    { figure: "visitsPerCpuSecond", title: "per CPU second", digits: 0 },
    { figure: "p50Ms", title: "p50 ms", digits: 2 },
    { figure: "p99Ms", title: "p99 ms", digits: 2 },
    { figure: "serverCpuPercent", title: "server CPU %", digits: 0 },
    { figure: "benchCpuPercent", title: "bench CPU %", digits: 0 },
  ],
  compared: "visitsPerCpuSecond",
  conditions: ({ pairs, topicSize, rounds, seconds }) =>
    `${pairs} topics of ${topicSize}, of whom one comes and goes, ${rounds} × ${seconds} s`,
  rounds: ({ rounds }) => rounds,
  async open(target, options, run) {
    const { pairs, topicSize, protocol } = options;
    const size = { members: pairs * topicSize, perTopic: topicSize };
    const { members } = await gather(target, protocol, size, run);
    return new ChurnSession(target, members, options, run);
  },
};

class ChurnSession implements BenchSession<ChurnFigure> {
  readonly #target: Target;
  readonly #members: readonly BenchMember[];
  readonly #visitors: readonly Visitor[];
  readonly #options: BenchOptions;
  readonly #run: Run;

  constructor(target: Target, members: readonly BenchMember[], options: BenchOptions, run: Run) {
    this.#target = target;
    this.#members = members;
    this.#options = options;
    this.#run = run;
    this.#visitors = members
      .filter((_, index) => index % options.topicSize === options.topicSize - 1)
      .map((member) => new Visitor(member));
  }

  async round() {
    await this.#play(warmUpSeconds(this.#options));
    for (const visitor of this.#visitors) visitor.enteredAfter.length = 0;
    const stopwatch = new Stopwatch(this.#target);
    await this.#play(this.#options.seconds);
    const { seconds, serverCpuSeconds, benchCpuSeconds } = stopwatch.elapsed();
    const enteredAfter = Float64Array.from(
      this.#visitors.flatMap((visitor) => visitor.enteredAfter),
    ).sort();
    return {
      visitsPerSecond: enteredAfter.length / seconds,
      visitsPerCpuSecond: per(enteredAfter.length, serverCpuSeconds),
      p50Ms: percentile(enteredAfter, 0.5),
      p99Ms: percentile(enteredAfter, 0.99),
      serverCpuPercent: percentBusy(serverCpuSeconds, seconds),
      benchCpuPercent: percentBusy(benchCpuSeconds, seconds),
    };
  }

  [Symbol.dispose](): void {
    for (const { client } of this.#members) client.terminate();
  }

  /** The event loop never rests, as in `Run.spin`. */
  async #play(seconds: number): Promise<void> {
    const deadline = performance.now() + seconds * 1000;
    while (performance.now() < deadline) {
      this.#run.signal.throwIfAborted();
      for (const visitor of this.#visitors) visitor.go();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** A member that comes and goes. */
class Visitor {
  readonly #member: BenchMember;
  #isIn = true;
  #isLeaving = false;
  /** Milliseconds of each visit, from connecting until it had entered. */
  readonly enteredAfter: number[] = [];

  constructor(member: BenchMember) {
    this.#member = member;
  }

  /** Takes the next step, if it is time for one. */
  go(): void {
    const { client } = this.#member;
    if (this.#isIn) {
      this.#isIn = false;
      this.#isLeaving = true;
      client.leave();
    } else if (this.#isLeaving && client.closed) {
      this.#isLeaving = false;
      const start = performance.now();
      this.#member.comeBack(() => {
        this.#isIn = true;
        this.enteredAfter.push(performance.now() - start);
      });
    }
  }
}
