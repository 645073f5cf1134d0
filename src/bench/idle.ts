// What a connection costs that does nothing: the growth of the server's resident memory. A first
// wave, a tenth as large, comes and goes before, so that code and tables which grow once are not
// counted. It is small because memory that it leaves behind is used again, uncounted.

import { disperse, gather, visit } from "./crowd.ts";
import type { Mode, Session } from "./mode.ts";
import type { BenchOptions } from "./options.ts";
import type { Run } from "./run.ts";
import type { Target } from "./targets.ts";

type IdleFigure = "bytesPerConnection" | "mebibytesBefore" | "mebibytesAfter";

export const idle: Mode<IdleFigure> = {
  name: "idle",
  columns: [
    { figure: "bytesPerConnection", title: "bytes/connection", digits: 0 },
    { figure: "mebibytesBefore", title: "MiB before", digits: 1 },
    { figure: "mebibytesAfter", title: "MiB after", digits: 1 },
  ],
  compared: "bytesPerConnection",
  conditions: ({ connections, topicSize }) =>
    `${connections} connections, ${topicSize} in a topic, resident memory`,
  // A second round would use what the first has left behind.
  rounds: () => 1,
  open: async (target, options, run) => new IdleSession(target, options, run),
};

class IdleSession implements Session<IdleFigure> {
  readonly #target: Target;
  readonly #options: BenchOptions;
  readonly #run: Run;

  constructor(target: Target, options: BenchOptions, run: Run) {
    this.#target = target;
    this.#options = options;
    this.#run = run;
  }

  async round() {
    const size = { members: this.#options.connections, perTopic: this.#options.topicSize };
    await visit(this.#target, this.#options.protocol, size, this.#run);
    const before = await this.#settledBytes();
    const crowd = await gather(this.#target, this.#options.protocol, size, this.#run);
    const after = await this.#settledBytes();
    await disperse(crowd, this.#run);
    return {
      bytesPerConnection:
        before === null || after === null ? null : (after - before) / size.members,
      mebibytesBefore: before === null ? null : before / 2 ** 20,
      mebibytesAfter: after === null ? null : after / 2 ** 20,
    };
  }

  [Symbol.dispose](): void {}

  /** Resident memory once it has moved by less than 0.5 % for two seconds, or after 20 at most. */
  async #settledBytes(): Promise<number | null> {
    const recent: number[] = [];
    for (let reading = 0; reading < 80; reading++) {
      const bytes = this.#target.meter?.residentBytes() ?? null;
      if (bytes === null) return null;
      recent.push(bytes);
      if (recent.length > 8) recent.shift();
      if (recent.length === 8 && Math.max(...recent) < Math.min(...recent) * 1.005) return bytes;
      await this.#run.sleep(0.25);
    }
    this.#run.remark(`memory of ${this.#target.name} had not come to rest after 20 s`);
    return recent.at(-1) ?? null;
  }
}
