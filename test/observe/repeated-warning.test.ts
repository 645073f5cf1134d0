import { expect, setSystemTime, test } from "bun:test";
import { RepeatedWarning } from "../../src/observe/repeated-warning.ts";

test("a warning is logged at once, and then once a minute with a count", () => {
  const logged: (readonly [object, string])[] = [];
  const log = { warn: (fields: object, message: string) => logged.push([fields, message]) };
  const warning = new RepeatedWarning(log, "odd messages, so far");
  try {
    for (const at of ["00:00:00", "00:00:01", "00:00:59", "00:01:00", "00:01:30", "00:05:00"]) {
      setSystemTime(new Date(`2026-01-01T${at}Z`));
      warning.count();
    }
  } finally {
    setSystemTime();
  }
  expect(logged).toEqual([1, 4, 6].map((count) => [{ count }, "odd messages, so far"]));
});
