// Ten thousand members of one swarm.

import { expect, test } from "bun:test";
import { TrackerClient } from "../../support/tracker-client.ts";
import { announce, announced, binary, failed, offers } from "../../support/tracker-frames.ts";
import { describeNodes } from "../../support/two-nodes.ts";

const sockets = 10;
const idsOfOne = 1000;
const members = sockets * idsOfOne;

const idOf = (socket: number, index: number): string => `${socket}-${index}`;

describeNodes((start) => {
  test("ten thousand members are counted, introduced to a few at random, and gone with their sockets", async () => {
    await using server = await start();
    const crowd = await Promise.all(
      Array.from({ length: sockets }, (_, socket) => TrackerClient.open(server.url, `${socket}`)),
    );
    const replies = await Promise.all(
      crowd.map((client, socket) =>
        client.say(
          ...Array.from({ length: idsOfOne }, (_, index) =>
            announce("swarm", idOf(socket, index), { left: index % 2 }),
          ),
        ),
      ),
    );
    expect(replies.map((each) => each.length)).toEqual(Array(sockets).fill(idsOfOne));
    const half = members / 2;
    const [ann, bob] = crowd as [TrackerClient, TrackerClient];
    expect(await ann.say(announce("swarm", idOf(0, 0)))).toEqual([announced("swarm", half, half)]);
    expect(await ann.say(announce("swarm", "one more"))).toEqual([
      failed("more than 1000 swarms on one connection", "swarm"),
    ]);
    const late = await TrackerClient.open(server.url, "late");
    expect(await late.say(announce("swarm", "late"))).toEqual([failed("swarm full", "swarm")]);

    // Everybody has the same chance, on whatever node.
    const turns = 400;
    for (let turn = 0; turn < turns; turn++)
      ann.send(announce("swarm", idOf(0, turn), { offers: offers(5, `${turn}`) }));
    const passed = new Map<TrackerClient, number>();
    for (const client of crowd) {
      const frames = [...(await client.heard())];
      passed.set(client, frames.filter((frame) => Object(frame).offer !== undefined).length);
    }
    const due = (turns * 5) / sockets;
    expect([...passed.values()].reduce((sum, each) => sum + each)).toBe(turns * 5);
    // Seven deviations are never seen.
    for (const times of passed.values())
      expect(Math.abs(times - due)).toBeLessThan(7 * Math.sqrt(due));

    for (const client of crowd.slice(2)) await client.leave();
    const counted = async (client: TrackerClient): Promise<unknown> => {
      const [frame] = await client.say({ action: "scrape", info_hash: binary("swarm") });
      return Object(frame).files[binary("swarm")];
    };
    const left = { complete: idsOfOne, incomplete: idsOfOne, downloaded: idsOfOne };
    while (JSON.stringify(await counted(bob)) !== JSON.stringify(left));
    await ann.leave();
    await bob.leave();
    while (JSON.stringify(await counted(late)) !== '{"complete":0,"incomplete":0,"downloaded":0}');
  }, 60_000);
});
