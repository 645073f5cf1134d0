// How long a message takes at a rate that the server can keep up with. This is an open loop: messages are sent
// when they are due, whether or not the ones before have arrived. Latency counts from when a message is due, so
// that a server cannot hide a stall by delaying the load.

import { Arrivals, StampReader } from "./arrivals.ts";
import { type BenchSession, type Mode, warmUpSeconds } from "./mode.ts";
import type { BenchOptions } from "./options.ts";
import { errorsOf, openPairs, type PairMember } from "./pairs.ts";
import { findStamp, writeStamp } from "./payload.ts";
import type { Run } from "./run.ts";
import { Schedule } from "./schedule.ts";
import { percentile } from "./statistics.ts";
import { percentBusy, Stopwatch } from "./stopwatch.ts";
import type { Target } from "./targets.ts";

type RateFigure =
  | "p50Ms"
  | "p99Ms"
  | "p999Ms"
  | "maxMs"
  | "deliveredPerSecond"
  | "serverCpuPercent"
  | "sentLateP99Ms"
  | "missing"
  | "errors";

export const rate: Mode<RateFigure> = {
  name: "rate",
  columns: [
    { figure: "p50Ms", title: "p50 ms", digits: 3 },
    { figure: "p99Ms", title: "p99 ms", digits: 3 },
    { figure: "p999Ms", title: "p99.9 ms", digits: 3 },
    { figure: "maxMs", title: "max ms", digits: 3 },
    { figure: "deliveredPerSecond", title: "delivered/s", digits: 0 },
    { figure: "serverCpuPercent", title: "server CPU %", digits: 1 },
    { figure: "sentLateP99Ms", title: "sent late p99 ms", digits: 3 },
    { figure: "missing", title: "missing", digits: 0 },
    { figure: "errors", title: "errors", digits: 0 },
  ],
  compared: "serverCpuPercent",
  conditions: ({ rate, pairs, bytes, rounds, seconds }) =>
    `${rate} messages/s over ${pairs} pairs, ${bytes} bytes, ${rounds} × ${seconds} s`,
  rounds: ({ rounds }) => rounds,
  async open(target, options, run) {
    const pairs = await openPairs(target, options, run);
    return new RateSession(target, pairs, options, run);
  },
};

class RateSession implements BenchSession<RateFigure> {
  readonly #target: Target;
  readonly #pairs: readonly PairMember[];
  readonly #options: BenchOptions;
  readonly #run: Run;
  readonly #stampsAt: readonly number[];
  /** Stamps go on from round to round, so that a late message is not taken for a new one. */
  #nextStamp = 0;
  #arrivals: Arrivals | undefined;

  constructor(target: Target, pairs: readonly PairMember[], options: BenchOptions, run: Run) {
    this.#target = target;
    this.#pairs = pairs;
    this.#options = options;
    this.#run = run;
    this.#stampsAt = pairs.map(({ frame }) => findStamp(frame, 0, frame.length));
    for (const { member } of pairs) {
      member.traffic = new StampReader((stamp) => this.#arrivals?.arrived(stamp));
    }
  }

  async round() {
    const { rate, seconds } = this.#options;
    const warmUps = Math.ceil(rate * warmUpSeconds(this.#options));
    const measured = Math.ceil(rate * seconds);
    const errorsBefore = errorsOf(this.#pairs);
    const schedule = new Schedule(rate);
    const arrivals = new Arrivals(schedule, this.#nextStamp, warmUps, measured);
    this.#arrivals = arrivals;

    const late = new Float64Array(measured);
    let stopwatch = new Stopwatch(this.#target);
    const send = (index: number, now: number) => {
      if (index === warmUps) stopwatch = new Stopwatch(this.#target);
      if (index >= warmUps) late[index - warmUps] = now - schedule.dueAt(index);
      this.#send(index);
    };
    await schedule.run(warmUps + measured, send, this.#run);
    const refused = () => errorsOf(this.#pairs) - errorsBefore;
    await this.#run.until(() => arrivals.missing - refused() <= 0, 5);
    const { seconds: elapsed, serverCpuSeconds } = stopwatch.elapsed();
    this.#run.remarkIf(stopwatch.remarkOfEach());
    this.#nextStamp += warmUps + measured;

    const latencies = arrivals.latencies.sort();
    return {
      p50Ms: percentile(latencies, 0.5),
      p99Ms: percentile(latencies, 0.99),
      p999Ms: percentile(latencies, 0.999),
      maxMs: percentile(latencies, 1),
      deliveredPerSecond: latencies.length / elapsed,
      serverCpuPercent: percentBusy(serverCpuSeconds, elapsed),
      sentLateP99Ms: percentile(late.sort(), 0.99),
      missing: arrivals.missing,
      errors: refused(),
    };
  }

  [Symbol.dispose](): void {
    for (const { member } of this.#pairs) member.client.terminate();
  }

  /** Sends a message from one member; all members take turns. */
  #send(index: number): void {
    const turn = index % this.#pairs.length;
    const pair = this.#pairs[turn];
    const stampAt = this.#stampsAt[turn];
    if (pair === undefined || stampAt === undefined) return;
    writeStamp(pair.frame, stampAt, this.#nextStamp + index);
    pair.member.client.write(pair.frame);
  }
}
