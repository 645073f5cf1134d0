// A protocol that was written after the page in src/protocols/README.md does what that page says.

import { describe, expect, test } from "bun:test";
import { FakeNetwork } from "../../support/fake-bus.ts";
import { type FakeClient, FakeServer } from "../../support/fake-server.ts";
import { lobby } from "./lobby.ts";

const network = new FakeNetwork();
const both = (): readonly FakeServer[] => [
  new FakeServer([lobby], {}, network.bus()),
  new FakeServer([lobby], {}, network.bus()),
];
const alone = (): readonly FakeServer[] => {
  const server = new FakeServer([lobby]);
  return [server, server];
};

const read = (client: FakeClient) => client.reads().map((text) => JSON.parse(text));

describe.each([
  ["on one node", alone],
  ["on two nodes", both],
])("%s", (_, servers) => {
  test("members see each other, send to one and to all, and are told what fails", async () => {
    const [one, other] = servers();
    const ann = one!.open("/lobby/hall?name=Ann");
    await network.settle();
    const [{ you: annId }] = read(ann);
    const bob = other!.open("/lobby/hall?name=Bob");
    await network.settle();
    const [{ you: bobId }, list] = read(bob);
    expect(list.here).toEqual([
      { id: annId, name: "Ann" },
      { id: bobId, name: "Bob" },
    ]);

    ann.send('{"to":"nobody","data":1}');
    await network.settle();
    bob.send({ to: annId, data: [1] });
    bob.send({ data: "all" });
    await network.settle();
    expect(read(ann)).toEqual([
      { joined: { id: bobId, name: "Bob" } },
      { failed: "nobody", why: "absent" },
      { from: bobId, data: [1] },
      { from: bobId, data: "all" },
    ]);
    bob.send("[]");
    await network.settle();
    expect([bob.socket.end?.code, read(ann)]).toEqual([1007, [{ left: bobId }]]);
  });
});

test("an address that is too long is refused before the upgrade", () => {
  expect(new FakeServer([lobby]).upgrade(`/lobby/${"x".repeat(256)}`)).toBe(400);
});
