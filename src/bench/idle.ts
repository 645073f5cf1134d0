// What an idle connection costs: the growth of the server's resident memory. A first wave comes and goes
// before, so that code and tables which grow once do not count. It is only a tenth as large, because the
// memory that it frees is used again and would hide the growth. Memory that is needed only while connections
// come, such as for verifying tokens, is given back within half a minute.

import { disperse, gather, visit } from "./crowd.ts";
import type { BenchSession, Mode } from "./mode.ts";
import type { BenchOptions } from "./options.ts";
import type { Run } from "./run.ts";
import type { Target } from "./targets.ts";

const readingsPerSecond = 4;

type IdleFigure = "bytesPerConnection" | "mebibytesBefore" | "mebibytesAfter";

export const idle: Mode<IdleFigure> = {
  name: "idle",
  columns: [
    { figure: "bytesPerConnection", title: "bytes/connection", digits: 0 },
    { figure: "mebibytesBefore", title: "MiB before", digits: 1 },
    { figure: "mebibytesAfter", title: "MiB after", digits: 1 },
  ],
  compared: "bytesPerConnection",
  conditions: ({ connections, topicSize, resume, restSeconds }) =>
    `${connections} connections${resume ? " that may resume" : ""}, ${topicSize} in a topic, lowest resident memory in ${restSeconds} s`,
  // A second round would use the memory that the first has freed.
  rounds: () => 1,
  open: async (target, options, run) => new IdleSession(target, options, run),
};

class IdleSession implements BenchSession<IdleFigure> {
  readonly #target: Target;
  readonly #options: BenchOptions;
  readonly #run: Run;

  constructor(target: Target, options: BenchOptions, run: Run) {
    this.#target = target;
    this.#options = options;
    this.#run = run;
  }

  async round() {
    const { connections, topicSize, resume } = this.#options;
    const size = { members: connections, perTopic: topicSize, isStaying: resume };
    await visit(this.#target, this.#options.protocol, size, this.#run);
    const before = await this.#restingBytes();
    const crowd = await gather(this.#target, this.#options.protocol, size, this.#run);
    const after = await this.#restingBytes();
    await disperse(crowd, this.#run);
    return {
      bytesPerConnection:
        before === null || after === null ? null : (after - before) / size.members,
      mebibytesBefore: before === null ? null : before / 2 ** 20,
      mebibytesAfter: after === null ? null : after / 2 ** 20,
    };
  }

  [Symbol.dispose](): void {}

  /** The lowest resident memory in `restSeconds`. What is above it is garbage, or free but not given back. */
  async #restingBytes(): Promise<number | null> {
    let least = Number.POSITIVE_INFINITY;
    for (let count = 0; count <= this.#options.restSeconds * readingsPerSecond; count++) {
      const bytes = this.#target.meter?.residentBytes() ?? null;
      if (bytes === null) return null;
      least = Math.min(least, bytes);
      await this.#run.sleep(1 / readingsPerSecond);
    }
    return least;
  }
}
