import { expect, test } from "bun:test";
import { readme, withTables } from "./support/options-table.ts";

test("README's tables show every option as it is declared (bun run readme writes them)", async () => {
  const text = await readme();
  expect(text).toBe(withTables(text));
});
