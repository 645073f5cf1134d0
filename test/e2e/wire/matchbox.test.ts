// Clients of matchbox on the wire: rooms, groups of ?next=N, and what is ignored.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { freshMatchboxRoom, MatchboxClient } from "../../support/matchbox-client.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { settled } from "../../support/settled.ts";
import { describeNodes, type OurServer } from "../../support/two-nodes.ts";

const came = ({ id }: MatchboxClient) => ({ NewPeer: id });
const left = ({ id }: MatchboxClient) => ({ PeerLeft: id });
const signal = ({ id }: MatchboxClient, data: unknown) => ({ Signal: { sender: id, data } });

/** Enters as many as there are names, one after another. */
async function enter(url: URL, path: string, count: number): Promise<readonly MatchboxClient[]> {
  const clients: MatchboxClient[] = [];
  for (let index = 0; index < count; index++) {
    clients.push(await MatchboxClient.enter(url, path));
    await settled(url);
  }
  return clients;
}

async function heardBy(clients: readonly MatchboxClient[]) {
  const heardByEach = () => Promise.all(clients.map((client) => client.heard()));
  // What one of them said may be handled after another was asked: after the first round all is handled.
  const [first, then] = [await heardByEach(), await heardByEach()];
  return first.map((frames, index) => [...frames, ...(then[index] ?? [])]);
}

describeNodes((start) => {
  let server: OurServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("those who are there are told of a newcomer, which is told of nobody, and of who leaves", async () => {
    const clients = await enter(server.url, `/matchbox/${freshMatchboxRoom()}`, 3);
    const [ann, bob, cid] = clients as [MatchboxClient, MatchboxClient, MatchboxClient];
    expect(await heardBy(clients)).toEqual([[came(bob), came(cid)], [came(cid)], []]);
    await bob.leave();
    await settled(server.url);
    expect(await heardBy([ann, cid])).toEqual([[left(bob)], [left(bob)]]);
  });

  test("of any two exactly one is told to offer, however they come", async () => {
    for (let round = 0; round < 20; round++) {
      const path = `/matchbox/${freshMatchboxRoom()}`;
      const clients = await Promise.all(
        [1, 2, 3].map(() => MatchboxClient.enter(server.url, path)),
      );
      await settled(server.url);
      const told = (await heardBy(clients)).map((frames) =>
        frames.map((frame) => (frame as { NewPeer: string }).NewPeer),
      );
      const pairs = told.flatMap((others, index) =>
        others.map((id) => [id, clients[index]!.id].toSorted().join(" ")),
      );
      expect([pairs.length, new Set(pairs).size]).toEqual([3, 3]);
      for (const client of clients) await client.leave();
    }
  });

  test("a signal reaches a peer of the same room as it was written, and nobody else", async () => {
    const [ann, bob] = (await enter(server.url, `/matchbox/${freshMatchboxRoom()}`, 2)) as [
      MatchboxClient,
      MatchboxClient,
    ];
    const [eve] = (await enter(server.url, `/matchbox/${freshMatchboxRoom()}`, 1)) as [
      MatchboxClient,
    ];
    await heardBy([ann, bob, eve]);
    ann.send(`{"Signal":{"data":{"Offer":"v=0\\r\\n", "n":1.0},"receiver":"${bob.id}"}}`);
    eve.signal(bob, { Offer: "of a stranger" });
    ann.signal(eve, { Offer: "to a stranger" });
    ann.signal("nobody", 1);
    await settled(server.url);
    expect(await bob.socket.next()).toBe(
      `{"Signal":{"sender":"${ann.id}","data":{"Offer":"v=0\\r\\n", "n":1.0}}}`,
    );
    bob.signal(ann, { Answer: "v=0" });
    expect(await bob.heard()).toEqual([]);
    await settled(server.url);
    expect(await heardBy([ann, bob, eve])).toEqual([[signal(bob, { Answer: "v=0" })], [], []]);
  });

  test("what is no signal is ignored", async () => {
    const [ann] = (await enter(server.url, `/matchbox/${freshMatchboxRoom()}`, 1)) as [
      MatchboxClient,
    ];
    for (const text of ['"KeepAlive"', "{", "null", "[]", '{"Signal":1}', '{"NewPeer":"x"}'])
      ann.send(text);
    ann.socket.sendBinary(Buffer.from([0x7b, 0x7d]));
    expect(await ann.heard()).toEqual([]);
  });
});

describe("on one node", () => {
  let server: Awaited<ReturnType<typeof ServerProcess.start>>;

  beforeAll(async () => {
    server = await ServerProcess.start(["--matchbox-max-room-members", "4"]);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("peers of ?next=2 are matched two by two, each pair for itself", async () => {
    const path = `/matchbox/${freshMatchboxRoom()}?next=2`;
    const clients = await enter(server.url, path, 5);
    const [ann, bob, cid, dan, eve] = clients as [
      MatchboxClient,
      MatchboxClient,
      MatchboxClient,
      MatchboxClient,
      MatchboxClient,
    ];
    expect(await heardBy(clients)).toEqual([[came(bob)], [], [came(dan)], [], []]);
    ann.signal(cid, 1);
    ann.signal(bob, 2);
    expect(await heardBy(clients)).toEqual([[], [signal(ann, 2)], [], [], []]);
    // Nobody takes the place of one who was matched.
    await bob.leave();
    const [fay] = (await enter(server.url, path, 1)) as [MatchboxClient];
    expect(await heardBy([ann, cid, dan, eve, fay])).toEqual([
      [left(bob)],
      [],
      [],
      [came(fay)],
      [],
    ]);
  });

  test("the place of one who leaves while it waits is free again", async () => {
    const path = `/matchbox/${freshMatchboxRoom()}?next=3`;
    const [ann, bob] = (await enter(server.url, path, 2)) as [MatchboxClient, MatchboxClient];
    await ann.leave();
    await settled(server.url);
    expect(await bob.heard()).toEqual([left(ann)]);
    const [cid, dan, eve] = (await enter(server.url, path, 3)) as [
      MatchboxClient,
      MatchboxClient,
      MatchboxClient,
    ];
    expect(await heardBy([bob, cid, dan, eve])).toEqual([
      [came(cid), came(dan)],
      [came(dan)],
      [],
      [],
    ]);
    for (const client of [bob, cid, dan, eve]) await client.leave();
    const [fay] = (await enter(server.url, path, 1)) as [MatchboxClient];
    expect(await fay.heard()).toEqual([]);
  });

  test("a room, and each number of peers in it, is a place of its own; what is no number is none", async () => {
    const room = freshMatchboxRoom();
    const paths = ["", "?next=2", "?next=3", "?next=x", "?next=0", "?next=-1", "?next=1"];
    const clients: MatchboxClient[] = [];
    for (const query of paths)
      clients.push(...(await enter(server.url, `/matchbox/${room}${query}`, 1)));
    const [ann, , , bob, cid, dan] = clients as [MatchboxClient, ...MatchboxClient[]];
    expect(await heardBy(clients)).toEqual([
      [came(bob!), came(cid!), came(dan!)],
      [],
      [],
      [came(cid!), came(dan!)],
      [came(dan!)],
      [],
      [],
    ]);
    await ann.leave();
  });

  test("a room has a name of one segment, or none", async () => {
    const [ann, bob] = [
      await MatchboxClient.enter(server.url, "/matchbox"),
      await MatchboxClient.enter(server.url, "/matchbox?next="),
    ];
    expect(await heardBy([ann, bob])).toEqual([[came(bob)], []]);
    const slash = await enter(server.url, "/matchbox/a%2Fb", 2);
    expect(await heardBy(slash)).toEqual([[came(slash[1]!)], []]);
    const status = async (path: string) =>
      RawSocket.open(server.url, path).then(
        () => "open",
        ({ message }: Error) => /\d{3}/.exec(message)?.[0] ?? message,
      );
    expect([
      await status("/matchbox/a/b"),
      await status(`/matchbox/${"x".repeat(256)}`),
      await status("/matchbox/%ff"),
    ]).toEqual(["404", "400", "400"]);
  });

  test("a room that is full closes a newcomer with 1013", async () => {
    const path = `/matchbox/${freshMatchboxRoom()}`;
    const clients = await enter(server.url, path, 4);
    const late = await RawSocket.open(server.url, path);
    expect(await late.closed).toEqual({ code: 1013, reason: "topic full" });
    for (const client of clients) await client.leave();
  });
});

test("at --matchbox-path / rooms are wherever nothing else is", async () => {
  await using server = await ServerProcess.start(["--matchbox-path", "/"]);
  const game = await enter(server.url, "/my-game?next=2", 2);
  expect(await heardBy(game)).toEqual([[came(game[1]!)], []]);
  const nostr = await RawSocket.open(server.url, "/nostr");
  nostr.send('["REQ","a",{"#x":["a"]}]');
  expect(await nostr.next()).toBe('["EOSE","a"]');
  const yjs = await RawSocket.open(server.url, "/");
  yjs.send('{"type":"ping"}');
  expect(await yjs.next()).toBe('{"type":"pong"}');
});
