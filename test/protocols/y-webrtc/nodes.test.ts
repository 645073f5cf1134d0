// Rooms and relay topics whose clients are on different nodes. Whom signals go to there, y-webrtc.test.ts has.

import { describe, expect, test } from "bun:test";
import { yWebrtc } from "../../../src/protocols/y-webrtc/routes.ts";
import { FakeNetwork } from "../../support/fake-bus.ts";
import { type FakeClient, FakeServer } from "../../support/fake-server.ts";

function openNodes(count: number) {
  const network = new FakeNetwork();
  const buses = Array.from({ length: count }, () => network.bus());
  const servers = buses.map((bus) => new FakeServer([yWebrtc], {}, bus));
  const connect = () => servers.map((server) => server.open("/signal"));
  return { network, buses, servers, connect };
}

const room = { type: "subscribe", topics: ["room"] };
const publish = (data: unknown) => ({ type: "publish", topic: "room", data });
const published = (data: unknown, clients: number) => JSON.stringify({ ...publish(data), clients });
const ping = { type: "ping" };
const pong = '{"type":"pong"}';

const heard = (clients: readonly FakeClient[]) => clients.map((client) => client.reads());

describe.each([2, 3])("a room on %i nodes", (nodes) => {
  test("has the clients of all nodes, for the first publish after a subscribe too", async () => {
    const { network, connect } = openNodes(nodes);
    const [ann, ...others] = connect() as [FakeClient, ...FakeClient[]];
    for (const client of others) client.send(room);
    await network.settle();
    ann.send(room);
    ann.send(publish(1));
    expect(heard(others)).toEqual(others.map(() => []));
    await network.settle();
    ann.send(publish(2));
    network.deliver();
    const texts = [published(1, nodes), published(2, nodes)];
    expect(heard([ann, ...others])).toEqual([[], ...others.map(() => texts)]);
  });

  test("is reached by who has not subscribed, and is on none of its nodes", async () => {
    const { network, connect } = openNodes(nodes);
    const [ann, ...others] = connect() as [FakeClient, ...FakeClient[]];
    for (const client of others) client.send(room);
    await network.settle();
    ann.send(publish(1));
    ann.send(publish(2));
    await network.settle();
    const texts = [published(1, nodes - 1), published(2, nodes - 1)];
    expect(heard([ann, ...others])).toEqual([[], ...others.map(() => texts)]);
  });

  test("is complete for each of those who subscribe at the same moment", async () => {
    const { network, connect } = openNodes(nodes);
    const clients = connect();
    for (const client of clients) client.send(room);
    await network.settle();
    for (const [index, client] of clients.entries()) client.send(publish(index));
    network.deliver();
    const all = clients.map((_, index) => published(index, nodes));
    expect(heard(clients)).toEqual(all.map((own) => all.filter((text) => text !== own)));
  });
});

test("what a client says after subscribing waits until it can be reached from all nodes", async () => {
  const { network, connect } = openNodes(2);
  const [ann, bob] = connect() as [FakeClient, FakeClient];
  ann.send(ping);
  ann.send(room);
  ann.send({ type: "subscribe", topic: "a" });
  ann.send(ping);
  expect(ann.reads()).toEqual([pong]);
  await network.settle();
  expect(ann.reads()).toEqual([pong]);
  bob.send(publish(1));
  bob.send(ping);
  await network.settle();
  expect(heard([ann, bob])).toEqual([[published(1, 1)], [pong]]);
});

test("nobody waits for what cannot be a room, nor on one node", async () => {
  const { connect } = openNodes(2);
  const [ann] = connect() as [FakeClient];
  const alone = new FakeServer([yWebrtc]).open("/signal");
  for (const topic of ["", "a".repeat(256), "\ud800"]) ann.send({ ...publish(1), topic });
  for (const message of [room, { type: "subscribe", topic: "a" }, publish(1)]) alone.send(message);
  for (const client of [ann, alone]) client.send(ping);
  expect(heard([ann, alone])).toEqual([[pong], [pong]]);
});

test("trystero's topics are those of all nodes, for who has not subscribed too", async () => {
  const { network, connect } = openNodes(3);
  const [ann, bob, cid] = connect() as [FakeClient, FakeClient, FakeClient];
  for (const client of [ann, bob]) client.send({ type: "subscribe", topic: "a" });
  await network.settle();
  ann.send({ type: "publish", topic: "a", payload: 1 });
  cid.send({ type: "publish", topic: "a", payload: 2 });
  await network.settle();
  const texts = ['{"topic":"a","payload":1}', '{"topic":"a","payload":2}'];
  expect(heard([ann, bob, cid])).toEqual([texts, texts, []]);
});

test("the status counts the rooms and connections of its own node, and the members of all", async () => {
  const network = new FakeNetwork();
  const servers = [0, 1].map(
    () =>
      new FakeServer([yWebrtc], {}, network.bus(), (option) =>
        option.name === "y-webrtc-status" ? ("on" as never) : option.default,
      ),
  );
  const [ann, bob] = servers.map((server) => server.open("/signal")) as [FakeClient, FakeClient];
  for (const client of [ann, bob]) client.send(room);
  bob.send({ type: "subscribe", topics: ["den"] });
  await network.settle();
  expect(await (await servers[0]!.get("/api/signaling/status"))!.json()).toEqual({
    status: "ok",
    connections: 1,
    topics: 1,
    topic_sizes: { room: 2 },
  });
});
