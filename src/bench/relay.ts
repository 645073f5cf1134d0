// How much a server can relay. This is a closed loop: each message is answered as soon as it arrives, so that
// every pair always has the same number of messages in flight.

import type { Traffic } from "./member.ts";
import { type BenchSession, type Mode, warmUpSeconds } from "./mode.ts";
import type { BenchOptions } from "./options.ts";
import { errorsOf, openPairs, type PairMember } from "./pairs.ts";
import type { Run } from "./run.ts";
import { per, percentBusy, Stopwatch } from "./stopwatch.ts";
import type { Target } from "./targets.ts";

/** What has not arrived after this time is taken to be lost. */
const settleSeconds = 15;

export type RelayFigure =
  | "deliveredPerSecond"
  | "deliveredPerCpuSecond"
  | "serverCpuPercent"
  | "benchCpuPercent"
  | "messagesPerRead"
  | "errors";

export const relay: Mode<RelayFigure> = {
  name: "relay",
  columns: [
    { figure: "deliveredPerSecond", title: "delivered/s", digits: 0 },
    { figure: "deliveredPerCpuSecond", title: "per CPU second", digits: 0 },
    { figure: "serverCpuPercent", title: "server CPU %", digits: 0 },
    { figure: "benchCpuPercent", title: "bench CPU %", digits: 0 },
    { figure: "messagesPerRead", title: "messages/read", digits: 2 },
    { figure: "errors", title: "errors", digits: 0 },
  ],
  compared: "deliveredPerCpuSecond",
  conditions: ({ pairs, window, bytes, rounds, seconds }) =>
    `${pairs} pairs, ${window} in flight each, ${bytes} bytes, ${rounds} × ${seconds} s`,
  rounds: ({ rounds }) => rounds,
  async open(target, options, run) {
    const pairs = await openPairs(target, options, run);
    return new RelaySession(target, pairs, options, run);
  },
};

/** The counts of all members of a session. */
interface RelayTally {
  answering: boolean;
  sent: number;
  delivered: number;
  /** Reads from a socket that contained at least one message. */
  reads: number;
}

export class RelaySession implements BenchSession<RelayFigure> {
  readonly #target: Target;
  readonly #pairs: readonly PairMember[];
  readonly #options: BenchOptions;
  readonly #run: Run;
  readonly #tally: RelayTally = { answering: false, sent: 0, delivered: 0, reads: 0 };
  readonly #correspondents: readonly Correspondent[];

  /** @param isAnswered whether the messages are answered by the server, and not relayed */
  constructor(
    target: Target,
    pairs: readonly PairMember[],
    options: BenchOptions,
    run: Run,
    isAnswered = false,
  ) {
    this.#target = target;
    this.#pairs = pairs;
    this.#options = options;
    this.#run = run;
    const Sender = isAnswered ? Questioner : Correspondent;
    this.#correspondents = pairs.map((pair) => new Sender(pair, options.window, this.#tally));
  }

  async round() {
    const tally = this.#tally;
    const { window, seconds } = this.#options;
    const errorsBefore = errorsOf(this.#pairs);
    tally.answering = true;
    // Each member of a pair begins with half of its messages; if the number is odd, the first has one more.
    this.#correspondents.forEach((correspondent, index) => {
      correspondent.send((window + (index % 2 === 0 ? 1 : 0)) >> 1);
    });
    await this.#run.spin(warmUpSeconds(this.#options));

    const before = { ...tally };
    const stopwatch = new Stopwatch(this.#target);
    await this.#run.spin(seconds);
    const elapsed = stopwatch.elapsed();
    this.#run.remarkIf(stopwatch.remarkOfEach());
    const delivered = tally.delivered - before.delivered;
    const reads = tally.reads - before.reads;

    tally.answering = false;
    await this.#settle();
    this.#judge(percentBusy(elapsed.serverCpuSeconds, elapsed.seconds));
    return {
      deliveredPerSecond: delivered / elapsed.seconds,
      deliveredPerCpuSecond: per(delivered, elapsed.serverCpuSeconds),
      serverCpuPercent: percentBusy(elapsed.serverCpuSeconds, elapsed.seconds),
      benchCpuPercent: percentBusy(elapsed.benchCpuSeconds, elapsed.seconds),
      messagesPerRead: per(delivered, reads),
      errors: errorsOf(this.#pairs) - errorsBefore,
    };
  }

  [Symbol.dispose](): void {
    for (const { member } of this.#pairs) member.client.terminate();
  }

  #judge(serverCpuPercent: number | null): void {
    if (serverCpuPercent === null || serverCpuPercent >= 90) return;
    this.#run.remark(
      `${this.#target.name} was not saturated, because of the load generator or other work on this ` +
        "machine: compare only its figure per CPU second",
    );
  }

  /** Waits until the messages in flight have arrived, so that none of them counts in the next round. */
  async #settle(): Promise<void> {
    const missing = () => this.#tally.sent - this.#tally.delivered - errorsOf(this.#pairs);
    if (!(await this.#run.until(() => missing() <= 0, settleSeconds))) {
      this.#run.remark(`${this.#target.name} never delivered ${missing()} messages`);
      this.#tally.sent -= missing();
    }
  }
}

/** Answers every message with another one. */
class Correspondent implements Traffic {
  readonly #pair: PairMember;
  /** The member's frame, repeated as often as it can be sent at once. */
  readonly #burst: Uint8Array;
  readonly #tally: RelayTally;
  #unanswered = 0;

  constructor(pair: PairMember, window: number, tally: RelayTally) {
    this.#pair = pair;
    this.#burst = Buffer.concat(Array.from({ length: window }, () => pair.frame));
    this.#tally = tally;
    pair.member.traffic = this;
  }

  send(count: number): void {
    this.#tally.sent += count;
    this.#pair.member.client.write(this.#burst, count * this.#pair.frame.length);
  }

  relayed(): void {
    this.count();
  }

  count(): void {
    this.#unanswered++;
  }

  readEnd(): void {
    const count = this.#unanswered;
    if (count === 0) return;
    this.#unanswered = 0;
    this.#tally.reads++;
    this.#tally.delivered += count;
    if (this.#tally.answering) this.send(count);
  }
}

/** Sends the next message when the server has answered one. */
class Questioner extends Correspondent {
  override relayed(): void {
    // What others ask may be told to everybody.
  }

  answered(): void {
    this.count();
  }
}
