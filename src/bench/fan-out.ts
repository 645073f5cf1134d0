// How many copies a server can send of what is for a whole topic. This is a closed loop: the next broadcast is
// sent when all have got an earlier one, so that the same number of broadcasts is always under way.

import { ExitError } from "../process/exit.ts";
import { gather } from "./crowd.ts";
import type { BenchMember, Traffic } from "./member.ts";
import { type BenchSession, type Mode, warmUpSeconds } from "./mode.ts";
import type { BenchOptions } from "./options.ts";
import { offerPayload } from "./payload.ts";
import type { Run } from "./run.ts";
import { per, percentBusy, Stopwatch } from "./stopwatch.ts";
import type { Target } from "./targets.ts";

type FanOutFigure =
  | "copiesPerSecond"
  | "copiesPerCpuSecond"
  | "broadcastsPerSecond"
  | "serverCpuPercent"
  | "benchCpuPercent"
  | "copiesPerRead"
  | "errors";

export const fanOut: Mode<FanOutFigure> = {
  name: "fan-out",
  columns: [
    { figure: "copiesPerSecond", title: "copies/s", digits: 0 },
    { figure: "copiesPerCpuSecond", title: "per CPU second", digits: 0 },
    { figure: "broadcastsPerSecond", title: "broadcasts/s", digits: 0 },
    { figure: "serverCpuPercent", title: "server CPU %", digits: 0 },
    { figure: "benchCpuPercent", title: "bench CPU %", digits: 0 },
    { figure: "copiesPerRead", title: "copies/read", digits: 2 },
    { figure: "errors", title: "errors", digits: 0 },
  ],
  compared: "copiesPerCpuSecond",
  conditions: ({ subscribers, window, bytes, rounds, seconds }) =>
    `${subscribers} subscribers of one topic, ${window} in flight, ${bytes} bytes, ${rounds} × ${seconds} s`,
  rounds: ({ rounds }) => rounds,
  async open(target, options, run) {
    // Each in turn is the one that sends.
    const count = options.subscribers + 1;
    const size = { members: count, perTopic: count };
    const { members } = await gather(target, options.protocol, size, run);
    return new FanOutSession(target, members, options, run);
  },
};

class FanOutSession implements BenchSession<FanOutFigure>, Traffic {
  readonly #target: Target;
  readonly #members: readonly BenchMember[];
  readonly #frames: readonly Uint8Array[];
  readonly #options: BenchOptions;
  readonly #run: Run;
  #sending = false;
  #sent = 0;
  #copies = 0;
  /** Reads from a socket that contained at least one copy. */
  #reads = 0;
  #copiesAtRead = 0;

  constructor(target: Target, members: readonly BenchMember[], options: BenchOptions, run: Run) {
    this.#target = target;
    this.#members = members;
    this.#options = options;
    this.#run = run;
    this.#frames = members.map((member) => broadcastOf(member, options));
    for (const member of members) member.traffic = this;
  }

  relayed(): void {
    this.#copies++;
  }

  readEnd(): void {
    if (this.#copies === this.#copiesAtRead) return;
    this.#copiesAtRead = this.#copies;
    this.#reads++;
    if (this.#sending) this.#send();
  }

  async round() {
    const errorsBefore = this.#errors;
    this.#sending = true;
    this.#send();
    await this.#run.spin(warmUpSeconds(this.#options));

    const before = { sent: this.#sent, copies: this.#copies, reads: this.#reads };
    const stopwatch = new Stopwatch(this.#target);
    await this.#run.spin(this.#options.seconds);
    const elapsed = stopwatch.elapsed();
    this.#run.remarkIf(stopwatch.remarkOfEach());
    const copies = this.#copies - before.copies;
    const broadcasts = this.#sent - before.sent;
    const reads = this.#reads - before.reads;

    this.#sending = false;
    await this.#settle();
    return {
      copiesPerSecond: copies / elapsed.seconds,
      copiesPerCpuSecond: per(copies, elapsed.serverCpuSeconds),
      broadcastsPerSecond: broadcasts / elapsed.seconds,
      serverCpuPercent: percentBusy(elapsed.serverCpuSeconds, elapsed.seconds),
      benchCpuPercent: percentBusy(elapsed.benchCpuSeconds, elapsed.seconds),
      copiesPerRead: per(copies, reads),
      errors: this.#errors - errorsBefore,
    };
  }

  [Symbol.dispose](): void {
    for (const { client } of this.#members) client.terminate();
  }

  get #errors(): number {
    return this.#members.reduce((sum, { errors }) => sum + errors, 0);
  }

  /** Keeps as many broadcasts under way as are wanted; the members send in turn. */
  #send(): void {
    const arrived = Math.floor(this.#copies / this.#options.subscribers);
    while (this.#sent - arrived < this.#options.window) {
      const turn = this.#sent++ % this.#members.length;
      const frame = this.#frames[turn];
      if (frame !== undefined) this.#members[turn]?.client.write(frame);
    }
  }

  /** Waits until what is under way has arrived, so that none of it counts in the next round. */
  async #settle(): Promise<void> {
    const missing = () => this.#sent * this.#options.subscribers - this.#copies;
    if (await this.#run.until(() => missing() <= 0, 5)) return;
    this.#run.remark(`${this.#target.name} never delivered ${missing()} copies`);
    this.#copies += missing();
  }
}

/** @throws {ExitError} if the protocol has no message for a whole topic */
function broadcastOf(member: BenchMember, { bytes, protocol }: BenchOptions): Uint8Array {
  const empty = member.broadcastFrame("");
  if (empty === undefined)
    throw new ExitError(
      `fan-out needs --protocol nostr or y-webrtc: the driver of ${protocol} broadcasts nothing`,
    );
  const payload = offerPayload(bytes - Buffer.byteLength(empty));
  return member.encode(member.broadcastFrame(payload) ?? "");
}
