// One round with one server, in a process of its own: see play-apart.ts. It writes the round as JSON.

import { playRounds } from "../../src/bench/rounds.ts";
import { Run } from "../../src/bench/run.ts";
import { entrantsOf } from "./contest.ts";
import { comparison } from "./parts.ts";
import type { Game } from "./play-apart.ts";

const interrupt = new AbortController();
process.on("SIGTERM", () => interrupt.abort());

const game: Game = JSON.parse(process.argv[2] ?? "");

async function play(): Promise<string> {
  const part = comparison.find(({ name }) => name === game.part);
  const entrant = part && entrantsOf(part, part.others).find(({ id }) => id === game.id);
  if (part === undefined || entrant === undefined) throw new Error(`no ${game.id} in ${game.part}`);
  const run = new Run(() => undefined, interrupt.signal);
  await using started = new AsyncDisposableStack();
  const targets = [await entrant.start(started, run)];
  const [round] = await playRounds(part.mode, targets, { ...game.options, rounds: 1 }, run);
  return JSON.stringify(round);
}

try {
  process.stdout.write(await play());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
