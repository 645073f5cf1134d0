import { describe, expect, test } from "bun:test";
import { topicName } from "../../src/core/ids.ts";
import { FakeNetwork } from "../support/fake-bus.ts";
import { HubMembers } from "./hub-members.ts";

const room = topicName("room")!;

describe("a claim", () => {
  test("is granted at once where there are no other nodes", () => {
    const { hub } = new HubMembers();
    expect(hub.claim(room, "proof")).toEqual({ since: expect.any(Number) });
  });

  test("is granted to the first, to whoever shows the same proof, and after the holder has left", async () => {
    const network = new FakeNetwork();
    const near = new HubMembers({}, network.bus());
    const far = new HubMembers({}, network.bus());
    const claim = async ({ hub }: HubMembers, proof: string) => {
      const claimed = hub.claim(room, proof);
      await network.settle();
      return await claimed;
    };
    const since = { since: expect.any(Number) };
    const first = await claim(near, "a");
    near.join("ann");
    const others = [await claim(far, "b"), await claim(far, "a")];
    far.join("bob");
    const later = [await claim(near, "b")];
    far.leave("bob");
    later.push(await claim(near, "b"));
    expect([first, others, later]).toEqual([since, ["taken", since], ["taken", since]]);
  });
});
