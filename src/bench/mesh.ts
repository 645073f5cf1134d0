// What a full mesh costs: all members of a topic join at once, each sends an offer to each other one, and all leave. It is
// done again and again, and the cost of all of that counts.

import { ExitError } from "../process/exit.ts";
import { disperse, gather } from "./crowd.ts";
import type { BenchMember, Traffic } from "./member.ts";
import type { BenchSession, Mode } from "./mode.ts";
import type { BenchOptions } from "./options.ts";
import { offerPayload } from "./payload.ts";
import type { Run } from "./run.ts";
import { percentile } from "./statistics.ts";
import { per, percentBusy, Stopwatch } from "./stopwatch.ts";
import type { Target } from "./targets.ts";

/** As many topics as so many members fill are meshed at the same time, at least one. */
const membersAtOnce = 64;

/** Nothing of a mesh is taken to be still on its way after this time. */
const patienceSeconds = 30;

type MeshFigure =
  | "meshesPerSecond"
  | "meshesPerCpuSecond"
  | "framesPerMesh"
  | "p50Ms"
  | "serverCpuPercent"
  | "benchCpuPercent"
  | "errors";

export const mesh: Mode<MeshFigure> = {
  name: "mesh",
  columns: [
    { figure: "meshesPerSecond", title: "meshes/s", digits: 1 },
    { figure: "meshesPerCpuSecond", title: "per CPU second", digits: 1 },
    { figure: "framesPerMesh", title: "frames/mesh", digits: 0 },
    { figure: "p50Ms", title: "p50 ms", digits: 1 },
    { figure: "serverCpuPercent", title: "server CPU %", digits: 0 },
    { figure: "benchCpuPercent", title: "bench CPU %", digits: 0 },
    { figure: "errors", title: "errors", digits: 0 },
  ],
  compared: "meshesPerCpuSecond",
  conditions: ({ topicSize, bytes, rounds, seconds }) =>
    `${topicSize} in a topic, an offer of ${bytes} bytes to each other one, ${rounds} × ${seconds} s`,
  rounds: ({ rounds }) => rounds,
  async open(target, options, run) {
    const session = new MeshSession(target, options, run);
    await session.warmUp();
    return session;
  },
};

/** What has come of the meshes of a round. */
interface MeshTally {
  meshes: number;
  frames: number;
  errors: number;
  /** Milliseconds from the start of the joins until every offer had arrived. */
  readonly durations: number[];
}

class MeshSession implements BenchSession<MeshFigure>, Traffic {
  readonly #target: Target;
  readonly #options: BenchOptions;
  readonly #run: Run;
  readonly #topics: number;
  #delivered = 0;

  constructor(target: Target, options: BenchOptions, run: Run) {
    this.#target = target;
    this.#options = options;
    this.#run = run;
    this.#topics = Math.max(1, Math.floor(membersAtOnce / options.topicSize));
  }

  async warmUp(): Promise<void> {
    await this.#form(emptyTally());
  }

  relayed(): void {
    this.#delivered++;
  }

  readEnd(): void {}

  async round() {
    const tally = emptyTally();
    const stopwatch = new Stopwatch(this.#target);
    do await this.#form(tally);
    while (stopwatch.elapsed().seconds < this.#options.seconds);
    const { seconds, serverCpuSeconds, benchCpuSeconds } = stopwatch.elapsed();
    return {
      meshesPerSecond: tally.meshes / seconds,
      meshesPerCpuSecond: per(tally.meshes, serverCpuSeconds),
      framesPerMesh: tally.frames / tally.meshes,
      p50Ms: percentile(
        tally.durations.sort((a, b) => a - b),
        0.5,
      ),
      serverCpuPercent: percentBusy(serverCpuSeconds, seconds),
      benchCpuPercent: percentBusy(benchCpuSeconds, seconds),
      errors: tally.errors,
    };
  }

  [Symbol.dispose](): void {}

  async #form(tally: MeshTally): Promise<void> {
    const { topicSize, protocol } = this.#options;
    const size = { members: this.#topics * topicSize, perTopic: topicSize };
    const start = performance.now();
    const crowd = await gather(this.#target, protocol, size, this.#run);
    const { members } = crowd;
    await this.#allKnown(members);
    for (const member of members) member.traffic = this;
    const expected = this.#delivered + size.members * (topicSize - 1);
    for (const member of members) this.#offerToAll(member);
    await this.#arrived(expected, () => errorsOf(members));
    tally.durations.push(performance.now() - start);
    tally.meshes += this.#topics;
    tally.frames += members.reduce((sum, { received }) => sum + received, 0);
    tally.errors += errorsOf(members);
    await disperse(crowd, this.#run);
  }

  /** Those who came first hear of the others only after these have entered. */
  async #allKnown(members: readonly BenchMember[]): Promise<void> {
    const others = this.#options.topicSize - 1;
    const known = () => members.every((member) => this.#othersOf(member).length >= others);
    if (!(await this.#run.until(known, patienceSeconds)))
      this.#run.fail(`${this.#target.name} did not tell all members who the others are`);
    this.#run.signal.throwIfAborted();
  }

  #offerToAll(member: BenchMember): void {
    const others = this.#othersOf(member);
    const bytes = Buffer.byteLength(member.relayFrame("", others[0]));
    const payload = offerPayload(this.#options.bytes - bytes);
    member.client.write(
      Buffer.concat(others.map((other) => member.encode(member.relayFrame(payload, other)))),
    );
  }

  async #arrived(expected: number, errors: () => number): Promise<void> {
    const missing = () => expected - this.#delivered - errors();
    if (await this.#run.until(() => missing() <= 0, patienceSeconds)) return;
    this.#run.remark(`${this.#target.name} never delivered ${missing()} messages`);
    this.#delivered = expected;
  }

  /** @throws {ExitError} if only pairs are driven in the protocol */
  #othersOf(member: BenchMember): readonly string[] {
    const { topicSize, protocol } = this.#options;
    const others = member.others(topicSize);
    if (others !== undefined) return others;
    throw new ExitError(
      `mesh needs --protocol topic, y-webrtc or peerjs: the driver of ${protocol} knows pairs only`,
    );
  }
}

const emptyTally = (): MeshTally => ({ meshes: 0, frames: 0, errors: 0, durations: [] });

const errorsOf = (members: readonly BenchMember[]): number =>
  members.reduce((sum, { errors }) => sum + errors, 0);
