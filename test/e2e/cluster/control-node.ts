// A node that has no clients, for tests of what nodes say to each other: it joins the others as its environment says,
// obeys lines of JSON on standard input, and tells in lines of JSON what came of them.

import { createInterface } from "node:readline";
import { joinCluster } from "../../../src/cluster/join.ts";
import { clusterOptions } from "../../../src/cluster/options.ts";
import type { NodeId } from "../../../src/core/ids.ts";
import { readSettings } from "../../../src/options/settings.ts";

const tell = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

const reading = readSettings(clusterOptions, new Map(), process.env);
if ("problems" in reading) throw new Error(reading.problems.join());
const log = {
  info: () => undefined,
  warn: () => undefined,
  error: (fields: object) => tell({ fault: fields }),
};
const membership = joinCluster(reading.settings, log);
if (membership === undefined) throw new Error("it has no Redis");
const { bus } = membership;

bus.onQuestion("who", () => bus.node);
bus.onQuestion("never", () => new Promise(() => undefined));
bus.onQuestion("long", (length) => "x".repeat(Number(length)));
bus.onOrder("note", (order) => tell({ order }));

const commands: Record<string, (...args: never[]) => unknown> = {
  state: () => ({ node: bus.node, isReachable: bus.isReachable, others: [...bus.others] }),
  ask: async (kind: string, question: unknown, deadlineMs: number) => {
    const since = performance.now();
    const { answers, missing } = await bus.ask(kind, question, deadlineMs);
    return { answers: [...answers], missing, ms: performance.now() - since };
  },
  tell: (to: NodeId | "all", order: unknown) => bus.tell(to, "note", order),
  leave: async () => {
    await membership.leave();
    setImmediate(() => process.exit());
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, command, args } = JSON.parse(line);
  void Promise.resolve(commands[command]?.(...(args as never[]))).then((result) =>
    tell({ id, result: result ?? null }),
  );
}
