// How often a property is tried: a few hundred times in the suite, and as often as one likes by `make fuzz`, which
// also takes a seed. What once failed is kept as an example of its property, and tried first.

import fc from "fast-check";

/** Runs of each property, if `make fuzz` says so. */
const wanted = Number(process.env["FUZZ_RUNS"] ?? "0");

export const isLong = wanted > 0;

const given = process.env["FUZZ_SEED"] ?? "";
const seed = given === "" ? Date.now() % 0x7fffffff : Number(given);

if (isLong) process.stderr.write(`fuzz: ${wanted} runs of each property; FUZZ_SEED=${seed}\n`);

/** For long runs, for a machine that is busy with something else, and for shrinking. */
export const timeoutMs = isLong ? 2 ** 31 - 1 : 60_000;

interface Effort<Ts> {
  /** In the suite, where all properties together take a few seconds. */
  readonly runs?: number;
  /** What once failed. */
  readonly examples?: Ts[];
}

const parametersOf = <Ts>({ runs = 200, examples = [] }: Effort<Ts>): fc.Parameters<Ts> => ({
  numRuns: isLong ? wanted : runs,
  seed,
  examples,
  includeErrorInReport: true,
});

export function check<Ts>(property: fc.IProperty<Ts>, effort: Effort<Ts> = {}): void {
  fc.assert(property, parametersOf(effort));
}

export const checkAsync = <Ts>(
  property: fc.IAsyncProperty<Ts>,
  effort: Effort<Ts> = {},
): Promise<void> => fc.assert(property, parametersOf(effort));
