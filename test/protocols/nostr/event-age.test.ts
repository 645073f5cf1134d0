import { afterEach, beforeEach, expect, setSystemTime, test } from "bun:test";
import type { Option, Settings } from "../../../src/options/option.ts";
import { nostr } from "../../../src/protocols/nostr/routes.ts";
import { hashOf } from "../../../src/protocols/nostr/wire.ts";
import { eventIn } from "../../contract/protocols/nostr.ts";
import { FakeServer } from "../../support/fake-server.ts";

const now = 1_800_000_000;

beforeEach(() => {
  setSystemTime(now * 1000);
});
afterEach(() => {
  setSystemTime();
});

/** A server that takes events of that age. */
function serverFor(seconds: number): FakeServer {
  const settings: Settings = <Value>(option: Option<Value>): Value =>
    option.name === "nostr-max-event-age-seconds" ? (seconds as Value) : option.default;
  return new FakeServer([nostr], {}, undefined, settings);
}

/** Whether events that were made so many seconds after now are taken. */
function taken(server: FakeServer, ages: readonly number[]): readonly unknown[] {
  const client = server.open("/nostr");
  return ages.map((age) => {
    const made = { ...eventIn("room", ""), created_at: now + age };
    client.send(["EVENT", { ...made, id: hashOf(made) }]);
    const [[, , isTaken, problem]] = client.reads().map((text) => JSON.parse(text)) as [unknown[]];
    return isTaken === true ? true : problem;
  });
}

test("events of any age are taken unless there is a limit", () => {
  expect(taken(serverFor(0), [-now, 0, 1e9])).toEqual([true, true, true]);
});

test("events that are older than the limit, or as far ahead, are refused", () => {
  const refusal = "invalid: created_at is more than 600 seconds from now";
  expect(taken(serverFor(600), [-601, -600, 0, 600, 601])).toEqual([
    refusal,
    true,
    true,
    true,
    refusal,
  ]);
});

test("NIP-11 says the limit", async () => {
  const limitation = async (seconds: number): Promise<object> => {
    const reply = await serverFor(seconds).get("/nostr", { Accept: "application/nostr+json" });
    const { limitation } = (await reply!.json()) as { limitation: object };
    return limitation;
  };
  expect(await limitation(600)).toMatchObject({
    created_at_lower_limit: 600,
    created_at_upper_limit: 600,
  });
  expect(Object.keys(await limitation(0))).not.toContain("created_at_lower_limit");
});
