import { describe, expect, test } from "bun:test";
import { announce, binary, failed, scraped } from "../../support/tracker-frames.ts";
import { Company } from "./company.ts";

const scrape = (swarms: string | readonly string[]) => ({
  action: "scrape",
  info_hash: typeof swarms === "string" ? binary(swarms) : swarms.map(binary),
});

describe.each([1, 2, 3])("on %i nodes, a scrape", (nodes) => {
  async function company(): Promise<Company> {
    const all = new Company({ nodes });
    await all.announce("one", ["ann", "bob", "cid"]);
    await all.announce("two", ["ann"], { left: 0 });
    await all.announce("two", ["bob"]);
    return all;
  }

  test("has the numbers of a swarm, for one who is in none too", async () => {
    const all = await company();
    for (const name of ["ann", "dan", "eve", "fay"]) {
      expect(await all.after(name, scrape("one"))).toEqual({ [name]: [scraped({ one: [0, 3] })] });
      expect(await all.after(name, scrape("two"))).toEqual({ [name]: [scraped({ two: [1, 1] })] });
    }
  });

  test("has the numbers of several, and zeros where nobody is", async () => {
    const all = await company();
    const names = ["two", "none", "one", "two"];
    expect(await all.after("dan", scrape(names))).toEqual({
      dan: [scraped({ two: [1, 1], none: [0, 0], one: [0, 3] })],
    });
  });

  test("may name 255 swarms", async () => {
    const all = await company();
    const names = ["one", ...Array.from({ length: 254 }, (_, index) => `swarm-${index}`)];
    const none = Object.fromEntries(names.map((name) => [name, [0, 0] as const]));
    expect(await all.after("dan", scrape(names))).toEqual({
      dan: [scraped({ ...none, one: [0, 3] })],
    });
  });

  test("counts nobody who has completed, and then closed", async () => {
    const all = await company();
    await all.announce("one", ["bob"], { event: "completed" });
    expect(await all.after("ann", scrape("one"))).toEqual({ ann: [scraped({ one: [1, 2] })] });
    for (const name of ["ann", "bob", "cid"]) all.client(name).socket.hangUp();
    await all.network.settle();
    expect(await all.after("dan", scrape(["one", "two"]))).toEqual({
      dan: [scraped({ one: [0, 0], two: [0, 0] })],
    });
  });

  test("counts each swarm against the rate", async () => {
    const all = new Company({ nodes, limits: { framesPerSecond: 10 } });
    const names = Array.from({ length: 100 }, (_, index) => `swarm-${index}`);
    expect((await all.after("ann", scrape(names)))["ann"]).toHaveLength(1);
    await all.after("ann", scrape(names));
    expect(await all.after("ann", scrape("one"))).toEqual({ ann: [failed("too many messages")] });
  });

  test("reads any bytes", async () => {
    const all = new Company({ nodes });
    for (let first = 0; first < 256; first += 16) {
      const swarm = Array.from({ length: 20 }, (_, at) => String.fromCharCode((first + at) % 256));
      await all.announce(swarm.join(""), ["ann", "bob"]);
      expect(await all.after("cid", scrape([swarm.join("")]))).toEqual({
        cid: [scraped({ [swarm.join("")]: [0, 2] })],
      });
    }
  });
});

test("what a client says after a scrape waits for it, and no swarm stays open for its sake", async () => {
  const all = new Company({ nodes: 2 });
  await all.announce("one", ["ann"]);
  const bob = all.client("bob");
  bob.send(scrape(["one", "two"]));
  bob.send(announce("three", "bob"));
  expect(bob.reads()).toEqual([]);
  await all.network.settle();
  expect(bob.reads().map((text) => JSON.parse(text).action)).toEqual(["scrape", "announce"]);
  bob.socket.hangUp();
  await all.pass(20);
  expect(all.network.openTopics).toBe(1);
});
