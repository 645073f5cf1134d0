// A question to all nodes, whose answers are checked: what does not fit counts as missing.

import * as v from "valibot";
import type { Bus } from "../../core/bus.ts";

/** Milliseconds after which nodes that have not answered are missing. */
const deadlineMs = 2000;

export interface Heard<Answer> {
  /** By node. */
  readonly answers: ReadonlyMap<string, Answer>;
  readonly missing: readonly string[];
}

export type Ask = <Schema extends v.GenericSchema>(
  kind: string,
  question: unknown,
  schema: Schema,
) => Promise<Heard<v.InferOutput<Schema>>>;

export async function askAll<Schema extends v.GenericSchema>(
  bus: Bus,
  kind: string,
  question: unknown,
  schema: Schema,
): Promise<Heard<v.InferOutput<Schema>>> {
  const { answers, missing } = await bus.ask(kind, question, deadlineMs);
  const good = new Map<string, v.InferOutput<Schema>>();
  const bad: string[] = [];
  for (const [node, answer] of answers) {
    const read = v.safeParse(schema, answer);
    if (read.success) good.set(node, read.output);
    else bad.push(node);
  }
  return { answers: good, missing: [...missing, ...bad] };
}

/** As a member of an answer, if there are some. */
export const missingIn = (missing: readonly string[]): { readonly missing?: readonly string[] } =>
  missing.length === 0 ? {} : { missing };
