// Has a process of its own play one round with one server: a load generator for each of several servers at a time, since
// one may not open as many files.

import type { BenchOptions } from "../../src/bench/options.ts";
import type { Round } from "../../src/bench/rounds.ts";
import type { Run } from "../../src/bench/run.ts";
import { ExitError } from "../../src/process/exit.ts";

/** What that process gets as its argument. */
export interface Game {
  readonly part: string;
  /** Of the entrant. */
  readonly id: string;
  readonly options: BenchOptions;
}

/** @throws {ExitError} with what the process said last, if it failed */
export async function playApart(game: Game, run: Run): Promise<Round> {
  const command = [process.execPath, `${import.meta.dir}/game.ts`, JSON.stringify(game)];
  const child = Bun.spawn(command, { stdout: "pipe", stderr: "pipe" });
  const stop = () => child.kill("SIGTERM");
  run.signal.addEventListener("abort", stop, { once: true });
  const [written, said] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  run.signal.removeEventListener("abort", stop);
  if ((await child.exited) === 0) return JSON.parse(written);
  throw new ExitError(`${game.id}: ${said.trim().split("\n").at(-1)}`);
}
