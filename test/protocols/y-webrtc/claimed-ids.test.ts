import { expect, test } from "bun:test";
import {
  type Claims,
  isClaimed,
  isNamed,
  maxClaimLength,
  maxClaims,
  noClaims,
  withClaim,
} from "../../../src/protocols/y-webrtc/claims.ts";

const claiming = (...ids: readonly string[]): Claims => ids.reduce(withClaim, noClaims);
const many = Array.from({ length: maxClaims }, (_, index) => `id-${index}`);

test("an id is claimed once it was said, and no other is", () => {
  const claims = claiming("ann", "bob");
  expect(["ann", "bob", "cid", ""].map((id) => isClaimed(claims, id))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test("what was said before changes nothing", () => {
  const claims = claiming("ann", "bob");
  expect(withClaim(claims, "ann")).toBe(claims);
});

test("who says more ids than are kept, or too long a one, gets everything and has named nothing", () => {
  const tooMany = claiming(...many, "one-more");
  const tooLong = claiming("x".repeat(maxClaimLength + 1));
  expect([claiming(...many), tooMany, tooLong, withClaim(tooMany, "ann")]).toEqual([
    many,
    "all",
    "all",
    "all",
  ]);
  expect([isClaimed(tooMany, "x"), isNamed(tooMany, "x"), isNamed(tooMany, "all")]).toEqual([
    true,
    false,
    false,
  ]);
});

test("an id of any characters is kept as it is", () => {
  const odd = ["\ud800", "🐙", "__proto__", '"', "é".repeat(maxClaimLength)];
  expect(claiming(...odd)).toEqual(odd);
});
