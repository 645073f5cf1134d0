import { expect, test } from "bun:test";
import { beginningOf } from "../../../src/pages/demo/beginning.ts";

test("a text is as long as is allowed, and a shorter one is as it was", () => {
  expect(beginningOf("hello Ünal", 7)).toBe("hello Ü");
  expect(beginningOf("hello Ünal", 100)).toBe("hello Ünal");
});
