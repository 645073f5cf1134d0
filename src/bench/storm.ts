// What happens after an outage, when all clients come back at once: how fast the server lets them in, and how
// long the last one waits.

import { calm, disperse, gather, visit } from "./crowd.ts";
import type { BenchSession, Mode } from "./mode.ts";
import type { BenchOptions } from "./options.ts";
import type { Run } from "./run.ts";
import { percentile } from "./statistics.ts";
import { per, Stopwatch } from "./stopwatch.ts";
import type { Target } from "./targets.ts";

type StormFigure =
  | "connectionsPerSecond"
  | "connectionsPerCpuSecond"
  | "p50Ms"
  | "p99Ms"
  | "lastMs"
  | "serverCpuSeconds"
  | "benchCpuSeconds";

export const storm: Mode<StormFigure> = {
  name: "storm",
  columns: [
    { figure: "connectionsPerSecond", title: "connections/s", digits: 0 },
    { figure: "connectionsPerCpuSecond", title: "per CPU second", digits: 0 },
    { figure: "p50Ms", title: "p50 ms", digits: 0 },
    { figure: "p99Ms", title: "p99 ms", digits: 0 },
    { figure: "lastMs", title: "last ms", digits: 0 },
    { figure: "serverCpuSeconds", title: "server CPU s", digits: 2 },
    { figure: "benchCpuSeconds", title: "bench CPU s", digits: 2 },
  ],
  compared: "connectionsPerCpuSecond",
  conditions: ({ connections, topicSize, rounds }) =>
    `${connections} connections at once, ${topicSize} in a topic, ${rounds} ×`,
  rounds: ({ rounds }) => rounds,
  async open(target, options, run) {
    const session = new StormSession(target, options, run);
    await session.warmUp();
    return session;
  },
};

class StormSession implements BenchSession<StormFigure> {
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
    await calm(this.#target, this.#run);
    const stopwatch = new Stopwatch(this.#target);
    const crowd = await gather(this.#target, this.#options.protocol, this.#size, this.#run);
    const { seconds, serverCpuSeconds, benchCpuSeconds } = stopwatch.elapsed();
    await disperse(crowd, this.#run);
    if ((benchCpuSeconds ?? 0) > 0.9 * seconds) {
      this.#run.remark(
        `${this.#target.name} may be faster than this: the load generator was saturated`,
      );
    }

    const last = percentile(crowd.enteredAfter, 1);
    return {
      connectionsPerSecond: (this.#size.members * 1000) / last,
      connectionsPerCpuSecond: per(this.#size.members, serverCpuSeconds),
      p50Ms: percentile(crowd.enteredAfter, 0.5),
      p99Ms: percentile(crowd.enteredAfter, 0.99),
      lastMs: last,
      serverCpuSeconds,
      benchCpuSeconds,
    };
  }

  [Symbol.dispose](): void {}

  get #size() {
    return { members: this.#options.connections, perTopic: this.#options.topicSize };
  }
}
