import { expect, test } from "bun:test";
import fc from "fast-check";
import { firstOf } from "../../src/operator/api/page.ts";

test("a page has the first items above a key, in order, whatever their order was", async () => {
  const property = fc.asyncProperty(
    fc.uniqueArray(fc.string({ maxLength: 4 })),
    fc.option(fc.string({ maxLength: 4 }), { nil: undefined }),
    fc.integer({ min: 1, max: 10 }),
    async (items, after, limit) => {
      const byUnits = (a: string, b: string) => (a < b ? -1 : 1);
      const above = items.filter((item) => after === undefined || item > after);
      const expected = above.toSorted(byUnits).slice(0, limit);
      expect(await firstOf(items, (item) => item, after, limit)).toEqual(expected);
    },
  );
  await fc.assert(property, { numRuns: 200 });
});

test("a page of a long list lets others have their turn", async () => {
  let turns = 0;
  const count = (): void => {
    turns++;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  const items = Array.from({ length: 100_000 }, (_, index) => index);
  expect(await firstOf(items, (item) => item, 50_000, 2)).toEqual([50_001, 50_002]);
  clearImmediate(timer);
  expect(turns).toBeGreaterThan(10);
});
