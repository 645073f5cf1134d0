// `bench flood`: one attack after another, each on a server that has seen no other, and what it did to those who have
// nothing to do with it.

import type { BenchIo } from "../bench.ts";
import { conditionsNow, headerOf } from "../report.ts";
import { attacks } from "./attacks.ts";
import { measure, type Wave, type WaveResult } from "./measure.ts";
import type { FloodOptions } from "./options.ts";
import { conditionsOf, type FloodReport, nameOf, summaryText, waveText } from "./report.ts";

/**
 * Attacks a server. However it ends, it leaves no process and no connection behind.
 *
 * @throws {ExitError} with one line for the user
 */
export async function flood(options: FloodOptions, io: BenchIo): Promise<void> {
  const results: WaveResult[] = [];
  const report: FloodReport = { ...conditionsNow(), options, results };
  if (!options.json) io.write(`${headerOf(report)}\n${conditionsOf(options)}\n`);
  const waves = options.attacks.flatMap((attack): readonly Wave[] =>
    attacks[attack].connections.map((connections) => ({ attack, connections })),
  );
  for (const [index, wave] of waves.entries()) {
    io.progress(`flood ${index + 1}/${waves.length}  ${nameOf(wave)}`);
    const result = await measure(wave, options, io);
    results.push(result);
    if (!options.json) io.write(`\n${waveText(result)}`);
  }
  io.write(options.json ? `${JSON.stringify(report)}\n` : `\n${summaryText(results)}`);
}
