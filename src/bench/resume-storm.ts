// What happens when all connections are lost at once, and their peers come back as who they were: how long the last one
// waits, and what others notice meanwhile who have lost nothing and talk to each other.

import { calm, disperse, gather, loseAndResume, visit } from "./crowd.ts";
import { Talkers } from "./flood/talkers.ts";
import type { BenchSession, Mode } from "./mode.ts";
import type { BenchOptions } from "./options.ts";
import { openPairs } from "./pairs.ts";
import type { Run } from "./run.ts";
import { percentile } from "./statistics.ts";
import { per, Stopwatch } from "./stopwatch.ts";
import type { Target } from "./targets.ts";

/** For which the others are measured before. */
const quietSeconds = 2;

/** For messages of the others that are under way at the end. */
const lateSeconds = 5;

type ResumeStormFigure =
  | "resumesPerSecond"
  | "resumesPerCpuSecond"
  | "p50Ms"
  | "p99Ms"
  | "lastMs"
  | "othersQuietP99Ms"
  | "othersP99Ms"
  | "othersLateP99Ms"
  | "othersMissing"
  | "serverCpuSeconds"
  | "benchCpuSeconds";

export const resumeStorm: Mode<ResumeStormFigure> = {
  name: "storm",
  columns: [
    { figure: "resumesPerSecond", title: "resumes/s", digits: 0 },
    { figure: "resumesPerCpuSecond", title: "per CPU second", digits: 0 },
    { figure: "p50Ms", title: "p50 ms", digits: 0 },
    { figure: "p99Ms", title: "p99 ms", digits: 0 },
    { figure: "lastMs", title: "last ms", digits: 0 },
    { figure: "othersQuietP99Ms", title: "others' p99 ms before", digits: 1 },
    { figure: "othersP99Ms", title: "during", digits: 1 },
    { figure: "othersLateP99Ms", title: "sent late p99 ms", digits: 1 },
    { figure: "othersMissing", title: "missing", digits: 0 },
    { figure: "serverCpuSeconds", title: "server CPU s", digits: 2 },
    { figure: "benchCpuSeconds", title: "bench CPU s", digits: 2 },
  ],
  compared: "resumesPerCpuSecond",
  conditions: ({ connections, topicSize, pairs, rounds }) =>
    `${connections} connections lost and resumed at once, ${topicSize} in a topic, beside ${pairs} pairs, ${rounds} ×`,
  rounds: ({ rounds }) => rounds,
  async open(target, options, run) {
    const session = new ResumeStormSession(target, options, run);
    await session.warmUp();
    return session;
  },
};

class ResumeStormSession implements BenchSession<ResumeStormFigure> {
  readonly #target: Target;
  readonly #options: BenchOptions;
  readonly #run: Run;

  constructor(target: Target, options: BenchOptions, run: Run) {
    this.#target = target;
    this.#options = options;
    this.#run = run;
  }

  async warmUp(): Promise<void> {
    await visit(this.#target, this.#options.protocol, this.#size, this.#run);
  }

  async round() {
    const [target, run, size] = [this.#target, this.#run, this.#size];
    const crowd = await gather(target, this.#options.protocol, size, run);
    await calm(target, run);
    using talkers = new Talkers(await openPairs(target, this.#options, run));
    const quietFrom = performance.now();
    await run.sleep(Math.min(quietSeconds, this.#options.seconds));
    const stopwatch = new Stopwatch(target);
    const from = performance.now();
    const backAfter = await loseAndResume(crowd, target, run);
    const storm = { from, to: performance.now() };
    const { serverCpuSeconds, benchCpuSeconds } = stopwatch.elapsed();
    talkers.fallSilent();
    await run.until(() => talkers.missing <= 0, lateSeconds);
    const figures = {
      othersQuietP99Ms: p99(talkers.latencies({ from: quietFrom, to: from })),
      othersP99Ms: p99(talkers.latencies(storm)),
      othersLateP99Ms: p99(talkers.lateness(storm)),
      othersMissing: talkers.missing,
    };
    await disperse(crowd, run);
    const last = percentile(backAfter, 1);
    return {
      resumesPerSecond: (size.members * 1000) / last,
      resumesPerCpuSecond: per(size.members, serverCpuSeconds),
      p50Ms: percentile(backAfter, 0.5),
      p99Ms: percentile(backAfter, 0.99),
      lastMs: last,
      ...figures,
      serverCpuSeconds,
      benchCpuSeconds,
    };
  }

  [Symbol.dispose](): void {}

  get #size() {
    const { connections, topicSize } = this.#options;
    return { members: connections, perTopic: topicSize, isStaying: true };
  }
}

const p99 = (values: readonly number[]): number =>
  percentile(
    values.toSorted((a, b) => a - b),
    0.99,
  );
