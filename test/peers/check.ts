// Measures parts again, and says whether ours has lost something beside others. What looks lost is measured once more:
// only what is lost twice counts.

import { comparableOf, confirmedBy, type Loss, lossesOf, textOfLoss } from "./losses.ts";
import type { Part } from "./parts.ts";
import type { PartResult, Results } from "./results.ts";

/** @param settings only these; if unset, all */
export type Measure = (part: Part, settings?: ReadonlySet<string>) => Promise<PartResult>;

/** @returns whether all could be measured, something could be compared, and nothing is lost */
export async function check(
  last: Results,
  parts: readonly Part[],
  measure: Measure,
  say: (line: string) => void,
): Promise<boolean> {
  const lost: Loss[] = [];
  let [compared, failed] = [0, 0];
  for (const part of parts) {
    try {
      const result = await measure(part);
      compared += comparableOf(last, result);
      lost.push(...(await confirmed(last, part, lossesOf(last, result), measure, say)));
    } catch (error) {
      failed++;
      say(`${part.name} could not be measured: ${error instanceof Error ? error.message : error}`);
    }
  }
  const ratios = `${compared} ratios`;
  say(lost.length === 0 ? `no loss in ${ratios}` : `lost, of ${ratios}:`);
  for (const loss of lost) say(textOfLoss(loss));
  return failed === 0 && compared > 0 && lost.length === 0;
}

async function confirmed(
  last: Results,
  part: Part,
  losses: readonly Loss[],
  measure: Measure,
  say: (line: string) => void,
): Promise<readonly Loss[]> {
  if (losses.length === 0) return [];
  say("measured once more, as this may be lost:");
  for (const loss of losses) say(textOfLoss(loss));
  const settings = new Set(losses.map(({ setting }) => setting));
  return confirmedBy(lossesOf(last, await measure(part, settings)), losses);
}
