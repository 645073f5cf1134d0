// The contracts of all protocols, which are the files of the folder, and how a case is played with each.

import { test } from "bun:test";
import { readdirSync } from "node:fs";
import { secret } from "../support/tokens.ts";
import type { Contract } from "./contract.ts";

const folder = `${import.meta.dir}/protocols`;

async function read(file: string): Promise<Contract> {
  const { contract }: { contract: Contract } = await import(`${folder}/${file}`);
  return contract;
}

export const contracts: readonly Contract[] = await Promise.all(
  readdirSync(folder).toSorted().map(read),
);

/** Those whose topics have any number of members, and go on without one of them. */
export const lasting: readonly Contract[] = contracts.filter(({ isPair }) => isPair !== true);

/** For a server that all protocols are played against. Clients may send as much as a case needs. */
export const environment: Readonly<Record<string, string>> = Object.assign(
  { JWT_SECRET: secret, FRAMES_PER_SECOND: "0", BYTES_PER_SECOND: "0" },
  ...contracts.map((contract) => contract.environment),
);

/** A contract that has these parts. */
export type Having<Part extends keyof Contract> = Contract & Required<Pick<Contract, Part>>;

/** The contracts that have all these parts. */
export const having = <Part extends keyof Contract>(
  parts: readonly Part[],
): readonly Having<Part>[] =>
  contracts.filter((contract): contract is Having<Part> =>
    parts.every((part) => contract[part] !== undefined),
  );

/** Milliseconds for one case, on a machine that is busy with others. */
const timeoutMs = 60_000;

/** Defines a test for each protocol that has these parts. */
export function play<Part extends keyof Contract>(
  name: string,
  parts: readonly Part[],
  run: (contract: Having<Part>) => Promise<void>,
): void {
  for (const contract of having(parts))
    test(`${contract.name}: ${name}`, () => run(contract), timeoutMs);
}

/** The same for a case that waits for time to pass: all protocols wait at once. */
export function playAtOnce<Part extends keyof Contract>(
  name: string,
  parts: readonly Part[],
  run: (contract: Having<Part>) => Promise<void>,
): void {
  for (const contract of having(parts))
    test.concurrent(`${contract.name}: ${name}`, () => run(contract), timeoutMs);
}
