// Whose signals are whose, as a connector is told that notes it.

import { beforeEach, describe, expect, test } from "bun:test";
import type { Connector } from "../../src/pages/demo/people.ts";
import { Attendance } from "../../src/pages/demo/room/roster.ts";

let told: unknown[] = [];
let attendance: Attendance;

const connector: Connector = {
  close: () => void told.push("close"),
  follow: (people) => void told.push(people),
  renew: (id) => void told.push(`renew ${id}`),
  receive: (from, type) => void told.push(`${type} of ${from}`),
};

const list = (...users: readonly string[]) =>
  users.map((user) => ({ user_id: user, username: user.toUpperCase() }));

const page = (): unknown => attendance.addressOf("bob").page;

beforeEach(() => {
  told = [];
  attendance = new Attendance(connector, "ann");
  attendance.follow(list("ann", "bob"));
});

describe("who has come", () => {
  test("makes the first offers, and not to those who come later", () => {
    attendance.follow(list("ann", "bob", "cid"));
    const bob = { id: "bob", name: "BOB" };
    expect(told).toEqual([
      "close",
      [{ ...bob, isPolite: true }],
      [
        { ...bob, isPolite: false },
        { id: "cid", name: "CID", isPolite: false },
      ],
    ]);
  });

  test("begins anew under another name once the line was lost", () => {
    const before = page();
    attendance.receive("bob", "answer", { page: "b", target_page: before });
    attendance.lost();
    expect(attendance.follow(list("ann", "bob"))).toBe(true);
    expect(page()).not.toBe(before);
    expect(attendance.addressOf("bob").target_page).toBeUndefined();
    expect(told.slice(-2)).toEqual(["close", [{ id: "bob", name: "BOB", isPolite: true }]]);
  });
});

describe("a signal", () => {
  /** What is told of signals. */
  const received = () => told.slice(2);

  test("for another page of this user is not heard", () => {
    attendance.receive("bob", "offer", { page: "b", target_page: "other" });
    expect(received()).toEqual([]);
  });

  test("goes back to the page that it came from", () => {
    attendance.receive("bob", "offer", { page: "b" });
    expect(attendance.addressOf("bob")).toEqual({
      target_user_id: "bob",
      page: page(),
      target_page: "b",
    });
  });

  test("of another page is not heard, but that of one that has just come takes over", () => {
    attendance.receive("bob", "answer", { page: "b", target_page: page() });
    attendance.receive("bob", "answer", { page: "c", target_page: page() });
    attendance.receive("bob", "ice-candidate", { page: "c" });
    attendance.receive("bob", "offer", { page: "c", target_page: page() });
    attendance.receive("bob", "offer", { page: "d" });
    attendance.receive("bob", "ice-candidate", { page: "d", target_page: page() });
    expect(received()).toEqual([
      "answer of bob",
      "renew bob",
      "offer of bob",
      "ice-candidate of bob",
    ]);
  });

  test("of a client that names no pages is heard", () => {
    attendance.receive("bob", "offer", {});
    attendance.receive("bob", "ice-candidate", {});
    expect(received()).toEqual(["offer of bob", "ice-candidate of bob"]);
  });

  test("of a user who has left and come back is of a new page", () => {
    attendance.receive("bob", "offer", { page: "b" });
    attendance.follow(list("ann"));
    attendance.follow(list("ann", "bob"));
    expect(attendance.addressOf("bob").target_page).toBeUndefined();
  });
});
