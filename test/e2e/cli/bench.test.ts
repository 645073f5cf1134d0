// `signalbox bench` from the binary, as people run it.

import { expect, test } from "bun:test";
import { occupy } from "../../support/occupant.ts";
import { run } from "../../support/program.ts";

test("bench says in one line that nobody listens", async () => {
  const occupant = await occupy(0);
  await occupant[Symbol.asyncDispose]();
  const at = `127.0.0.1:${occupant.port}`;
  expect(await run(["bench", "--json", "--url", `ws://${at}`])).toEqual({
    code: 1,
    stdout: "",
    stderr: `signalbox: server at ${at}: cannot connect: connection refused\n`,
  });
});

test.each([
  ["storm --resume --protocol rxdb", "--resume needs --protocol topic: nobody comes back in rxdb"],
  ["mesh --topic-size 1", "--topic-size must be at least 2 for signalbox bench mesh"],
  ["churn --topic-size 1", "--topic-size must be at least 2 for signalbox bench churn"],
  ["relay rate --resume", "--resume is for signalbox bench storm and idle"],
  ["flood --resume", "--resume is for signalbox bench storm and idle"],
])("bench %s is refused before anything is measured", async (args, problem) => {
  const { code, stdout, stderr } = await run(["bench", ...args.split(" ")]);
  expect([code, stdout, stderr.split("\n")[0]]).toEqual([2, "", `signalbox: ${problem}`]);
});

test("bench --json writes one JSON object, with figures of the server and of the yardstick", async () => {
  const args = "bench --json rate --rate 200 --seconds 1 --rounds 1 --pairs 2";
  const { code, stdout } = await run(args.split(" "));
  expect({ code, report: JSON.parse(stdout) }).toMatchObject({
    code: 0,
    report: {
      options: { modes: ["rate"], rate: 200, seconds: 1, rounds: 1, pairs: 2, json: true },
      results: [
        {
          mode: "rate",
          medians: [
            { target: "signalbox", figures: { missing: 0, errors: 0 } },
            { target: "yardstick", figures: { missing: 0, errors: 0 } },
          ],
        },
      ],
    },
  });
}, 30_000);

test("bench --protocol room has tokens of its own, and every offer arrives", async () => {
  const args =
    "bench --json rate --protocol room --rate 200 --seconds 1 --rounds 1 --pairs 2".split(" ");
  const { stdout } = await run(args);
  expect(JSON.parse(stdout).results[0].medians).toEqual([
    { target: "signalbox", figures: expect.objectContaining({ missing: 0, errors: 0 }) },
  ]);
}, 30_000);
