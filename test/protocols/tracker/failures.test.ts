// What the tracker says to what it does not understand. Each failure has its action, without which clients take
// the tracker for broken, and the info_hash where that is known, without which they ignore it.

import { describe, expect, test } from "bun:test";
import {
  announce,
  announced,
  answer,
  binary,
  failed,
  offers,
} from "../../support/tracker-frames.ts";
import { Company } from "./company.ts";

const without = (message: object, ...keys: readonly string[]) =>
  Object.fromEntries(Object.entries(message).filter(([key]) => !keys.includes(key)));

/** What is no binary string. */
const wrongBinaries: readonly unknown[] = [
  ...["", "x".repeat(19), "x".repeat(21), "x".repeat(60_000), `${"x".repeat(19)}\u0100`],
  ...[`${"x".repeat(18)}\u{1f6a6}`, `${"x".repeat(19)}\ud800`, "é".repeat(10)],
  ...[undefined, null, 5, true, {}, [], [binary("x")], { length: 20 }],
];

const swarm = "swarm";
const whole = announce(swarm, "ann", { offers: offers(1) });
const toBob = answer(swarm, "ann", "bob");
const scrapes = failed("name up to 255 info_hashes");

const failures: readonly (readonly [string, unknown, object])[] = [
  ...["", "?", "{", "null", "[]", '"announce"', "5", `${JSON.stringify(whole)}}`].map(
    (text) => [`the text ${text.slice(0, 20)}`, text, failed("not a JSON object")] as const,
  ),
  ...[
    ["foo", "foo"],
    [undefined, "undefined"],
    [null, "null"],
    [5, "5"],
    [{ a: 1 }, '{"a":1}'],
    ["Announce", "Announce"],
    ["__proto__", "__proto__"],
    ["\ud800\u0000", "\ud800\u0000"],
    ["x".repeat(60_000), "x".repeat(100)],
  ].map(
    ([action, echoed]) =>
      [
        `the action ${JSON.stringify(echoed)}`,
        { ...whole, action },
        failed(`invalid action in WS request: ${echoed}`, swarm),
      ] as const,
  ),
  ["no action, nor anything else", {}, failed("invalid action in WS request: undefined")],
  ...wrongBinaries.flatMap((wrong) => {
    const excerpt = JSON.stringify(wrong)?.slice(0, 25);
    return [
      [`an info_hash ${excerpt}`, { ...whole, info_hash: wrong }, failed("invalid info_hash")],
      [`a peer_id ${excerpt}`, { ...whole, peer_id: wrong }, failed("invalid peer_id", swarm)],
      [
        `a to_peer_id ${excerpt}`,
        { ...toBob, to_peer_id: wrong },
        failed("invalid `to_peer_id` (required with `answer`)", swarm),
      ],
      [
        `an action and an info_hash ${excerpt}`,
        { action: "x", info_hash: wrong },
        failed("invalid action in WS request: x"),
      ],
    ] as const;
  }),
  ...["foo", "Started", " ", "__proto__", 0, 1, true, {}, [], ["started"]].map(
    (event) =>
      [
        `the event ${JSON.stringify(event)}`,
        { ...whole, event },
        failed("invalid event", swarm),
      ] as const,
  ),
  ...[true, 5, "x", {}, { length: 1 }, [1], [null], ["x"], [[]], [{}], [{ offer_id: "1" }]].map(
    (wrong) =>
      [
        `the offers ${JSON.stringify(wrong)}`,
        { ...whole, offers: wrong },
        failed("invalid offers", swarm),
      ] as const,
  ),
  ["an answer of one who has not announced", toBob, failed("invalid peer_id", swarm)],
  ...[undefined, null, [], Array(256).fill(binary("x"))].map(
    (hashes) =>
      [
        `a scrape of ${JSON.stringify(hashes)?.slice(0, 10)}`,
        { action: "scrape", info_hash: hashes },
        { ...scrapes, action: "scrape" },
      ] as const,
  ),
  ...wrongBinaries
    .filter((wrong) => wrong !== undefined && wrong !== null && JSON.stringify(wrong) !== "[]")
    .flatMap((wrong) => [wrong, [binary("x"), wrong]])
    .filter((wrong) => JSON.stringify(wrong) !== JSON.stringify([binary("x")]))
    .map(
      (wrong) =>
        [
          `a scrape of ${JSON.stringify(wrong).slice(0, 50)}`,
          { action: "scrape", info_hash: wrong },
          { ...failed("invalid info_hash"), action: "scrape" },
        ] as const,
    ),
];

describe.each([1, 2])("on %i nodes", (nodes) => {
  test.each(failures)("%s is a failure, and nothing else", async (_what, message, failure) => {
    const company = new Company({ nodes });
    await company.announce(swarm, ["bob"]);
    expect(await company.after("ann", message)).toEqual({ ann: [failure] });
    // Nobody has joined, the connection stays, and nobody else has read anything.
    expect(await company.after("ann", announce(swarm, "ann"))).toEqual({
      ann: [announced(swarm, 0, 2)],
    });
    expect(company.servers.flatMap(({ faults }) => faults)).toEqual([]);
  });
});

test("what is left out, or is nothing, is no failure", async () => {
  const company = new Company({ nodes: 1 });
  const least = without(whole, "offers");
  for (const more of [
    {},
    { offers: null },
    { offers: [] },
    { answer: null },
    { answer: false },
    { answer: 0 },
    { answer: "" },
  ])
    expect(await company.after("ann", { ...least, ...more })).toEqual({
      ann: [announced(swarm, 0, 1)],
    });
});

test("an offer without an id, and an answer without one, pass without one", async () => {
  const company = new Company({ nodes: 1 });
  await company.announce(swarm, ["ann", "bob"]);
  const own = { action: "announce", peer_id: binary("ann"), info_hash: binary(swarm) };
  expect(await company.after("ann", { ...whole, offers: [{ offer: null }] })).toEqual({
    ann: [announced(swarm, 0, 2)],
    bob: [{ ...own, offer: null }],
  });
  expect(await company.after("ann", without({ ...toBob, answer: "x" }, "offer_id"))).toEqual({
    bob: [{ ...own, answer: "x" }],
  });
});

test("members are read however they are escaped, and the last counts", async () => {
  const company = new Company({ nodes: 1 });
  const escaped = [...binary(swarm)].map((c) => `\\u00${c.charCodeAt(0).toString(16)}`).join("");
  const text =
    `{"action":"scrape","\\u0061ction":"\\u0061nnounce","info_hash":5,"info_hash":"${escaped}",` +
    `"peer_id":"${binary("ann")}","event":"st\\u006fpped"}`;
  expect(await company.after("ann", text)).toEqual({ ann: [announced(swarm, 0, 0)] });
});
