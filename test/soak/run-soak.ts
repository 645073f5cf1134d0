// `make soak`: <seconds> <clients> <seed>, each with a default.

import { soak } from "./soak.ts";

const [seconds = 600, clients = 2000, seed = Date.now() % 1_000_000] = process.argv
  .slice(2)
  .map((text) => (text === "" ? undefined : Number(text)));

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const problems = await soak({ seconds, clients, seed, warmUpSeconds: 5, print });
for (const problem of problems) print(`FAILED: ${problem}`);
print(problems.length === 0 ? "passed" : `${problems.length} problems; SEED=${seed}`);
process.exitCode = problems.length === 0 ? 0 : 1;
