import { describe, expect, test } from "bun:test";
import { maxIds } from "../../../src/protocols/y-webrtc/claimed-ids.ts";
import { yWebrtc } from "../../../src/protocols/y-webrtc/routes.ts";
import { FakeNetwork } from "../../support/fake-bus.ts";
import { type FakeClient, FakeServer } from "../../support/fake-server.ts";

/** Clients by name in one room, on as many nodes as are asked for, in turn. */
async function open(names: readonly string[], nodes = 1) {
  const network = new FakeNetwork();
  const servers = Array.from({ length: nodes }, () => new FakeServer([yWebrtc], {}, network.bus()));
  const clients = new Map<string, FakeClient>();
  names.forEach((name, at) => {
    const client = servers[at % nodes]!.open("/signal");
    client.send({ type: "subscribe", topics: ["room"] });
    clients.set(name, client);
  });
  await network.settle();

  const publish = (sender: string, data: unknown): void => {
    clients.get(sender)!.send({ type: "publish", topic: "room", data });
    network.deliver();
  };
  const announce = (sender: string, from = sender) => publish(sender, { type: "announce", from });
  /** Who hears what, by name, since the last call; those who hear nothing are left out. */
  const heard = (): Record<string, readonly unknown[]> => {
    const all = [...clients].map(([name, client]) => [name, client.reads().map(dataOf)] as const);
    return Object.fromEntries(all.filter(([, texts]) => texts.length > 0));
  };
  /** Who hears a signal. */
  const hearing = (sender: string, to: unknown): readonly string[] => {
    heard();
    publish(sender, { to, from: sender, type: "signal" });
    return Object.keys(heard());
  };
  return { servers, clients, network, publish, announce, heard, hearing };
}

const dataOf = (text: string): unknown => JSON.parse(text).data;

const everybody = ["ann", "bob", "cid", "dan"];
const others = ["bob", "cid", "dan"];

describe("the path", () => {
  test.each([
    ["/signal", true, "upgrade"],
    ["/", true, "upgrade"],
    ["/signal", false, 200],
    ["/", false, undefined],
    ["/signal/", true, "upgrade"],
    ["/Signal", true, undefined],
    ["/api/signaling/status", false, undefined],
  ] as const)("%s, an upgrade: %p", async (path, isUpgrade, reply) => {
    const server = new FakeServer([yWebrtc]);
    const answer = isUpgrade ? server.upgrade(path) : (await server.get(path))?.status;
    expect<unknown>(answer).toBe(reply);
  });
});

describe.each([1, 2, 3])("a signal in a room on %i nodes", (nodes) => {
  const room = () => open(everybody, nodes);

  test("goes to the one who said that id before", async () => {
    const { announce, hearing } = await room();
    for (const name of everybody) announce(name);
    expect(["ann", "bob", "cid", "dan"].map((to) => hearing("ann", to))).toEqual([
      others,
      ["bob"],
      ["cid"],
      ["dan"],
    ]);
  });

  test("goes to everybody while nobody has said that id", async () => {
    const { announce, hearing } = await room();
    expect(hearing("ann", "bob")).toEqual(others);
    announce("bob");
    expect([hearing("ann", "bob"), hearing("ann", "cid")]).toEqual([["bob"], others]);
  });

  test("goes to all who said that id: whoever claims another's takes nothing from it", async () => {
    const { announce, hearing } = await room();
    announce("bob");
    announce("cid", "bob");
    expect(hearing("ann", "bob")).toEqual(["bob", "cid"]);
  });

  test("goes to who said too many ids too, who takes nothing by that either", async () => {
    const { announce, hearing } = await room();
    announce("bob");
    for (let index = 0; index <= maxIds; index++) announce("dan", `id-${index}`);
    expect([hearing("ann", "bob"), hearing("ann", "cid"), hearing("ann", "id-0")]).toEqual([
      ["bob", "dan"],
      others,
      others,
    ]);
  });

  test("goes to everybody again when who said that id has left the room, or the server", async () => {
    const { announce, hearing, clients, network } = await room();
    announce("bob");
    announce("cid");
    clients.get("bob")!.send({ type: "unsubscribe", topics: ["room"] });
    clients.get("cid")!.socket.hangUp();
    network.deliver();
    expect([hearing("ann", "bob"), hearing("ann", "cid")]).toEqual([["dan"], ["dan"]]);
  });

  test("goes to everybody when its address is none", async () => {
    const { announce, hearing } = await room();
    announce("bob");
    for (const to of ["", null, 5, ["bob"], { to: "bob" }, true])
      expect(hearing("ann", to)).toEqual(others);
  });

  test("to a newcomer's node is told apart as well", async () => {
    const { announce, hearing, servers, clients, network } = await room();
    announce("bob");
    const eve = servers.at(-1)!.open("/signal");
    eve.send({ type: "subscribe", topics: ["room"] });
    clients.set("eve", eve);
    await network.settle();
    expect(hearing("eve", "bob")).toEqual(["bob"]);
  });
});

test("an id is remembered of subscribers only, and in the room where it was said", async () => {
  const { servers, clients, network, announce, hearing } = await open(["ann", "bob", "cid"]);
  const stranger = servers[0]!.open("/");
  stranger.send({ type: "publish", topic: "room", data: { from: "x" } });
  clients.get("bob")!.send({ type: "subscribe", topics: ["other"] });
  clients.get("bob")!.send({ type: "publish", topic: "other", data: { from: "bob" } });
  await network.settle();
  announce("cid");
  expect(["x", "bob", "cid"].map((to) => hearing("ann", to))).toEqual([
    ["bob", "cid"],
    ["bob", "cid"],
    ["cid"],
  ]);
});

test("a fortieth member is served by the channel, and signals by their address all the same", async () => {
  const names = Array.from({ length: 40 }, (_, index) => `peer-${index}`);
  const { announce, hearing } = await open(names);
  announce("peer-7");
  expect(hearing("peer-0", "peer-7")).toEqual(["peer-7"]);
  expect(hearing("peer-0", "peer-8")).toEqual(names.slice(1));
});

test("trystero's subscribers of a topic hear what is published there, the sender too", () => {
  const server = new FakeServer([yWebrtc]);
  const [ann, bob, yjs] = [server.open("/signal"), server.open("/"), server.open("/signal")];
  for (const client of [ann, bob]) client.send({ type: "subscribe", topic: "a" });
  yjs.send({ type: "subscribe", topics: ["a"] });
  ann.send('{"type":"publish","topic":"\\u0061","payload": {"n":1.0} }');
  bob.send({ type: "unsubscribe", topic: "a" });
  ann.send({ type: "publish", topic: "a", payload: "again" });
  ann.send({ type: "publish", topic: "a", data: "for Yjs" });
  expect([ann, bob, yjs].map((client) => client.reads())).toEqual([
    ['{"topic":"\\u0061","payload":{"n":1.0}}', '{"topic":"a","payload":"again"}'],
    ['{"topic":"\\u0061","payload":{"n":1.0}}'],
    ['{"type":"publish","topic":"a","data":"for Yjs","clients":1}'],
  ]);
});
