// The soak, for seconds: `make soak` goes on for as long as one likes.

import { expect, test } from "bun:test";
import { soak } from "./soak.ts";

test("a crowd of all protocols that comes and goes, stalls and floods leaves nothing behind", async () => {
  const lines: string[] = [];
  const problems = await soak({
    seconds: 2,
    clients: 100,
    seed: 1,
    warmUpSeconds: 0.5,
    print: (line) => lines.push(line),
  });
  expect(problems, lines.join("\n")).toEqual([]);
});
