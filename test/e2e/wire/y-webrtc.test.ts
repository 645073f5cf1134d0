// What y-webrtc's clients rely on, held against its own server and against this one: the same suite.
// Where the two differ is in y-webrtc-differences.test.ts.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { isThere } from "../../support/missing.ts";
import { redisProgram } from "../../support/redis-server.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { type AnyServer, TwoNodes } from "../../support/two-nodes.ts";
import { freshRoom, ReferenceServer, YClient } from "../../support/y-webrtc-client.ts";

const servers: readonly (readonly [string, () => Promise<AnyServer>])[] = [
  ["signalbox", () => ServerProcess.start()],
];
const nodes: typeof servers = [["signalbox, two nodes", () => TwoNodes.start()]];
const references: typeof servers = [["y-webrtc's own server", () => ReferenceServer.start()]];

describe.each([
  ...servers,
  ...(isThere(redisProgram, "Redis") ? nodes : []),
  ...(isThere(Bun.which("node"), "Node") ? references : []),
])("at %s", (_name, start) => {
  let server: AnyServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const open = (...topics: readonly string[]) => YClient.open(server.url, topics);
  const publish = (topic: string, rest: object = {}) => ({ type: "publish", topic, ...rest });

  test("a publish reaches the others of its room as it is, with their number, and nobody else", async () => {
    const [room, elsewhere] = [freshRoom(), freshRoom()];
    const [ann, bob, cid, dan] = [
      await open(room),
      await open(room),
      await open(room, elsewhere),
      await open(elsewhere),
    ];
    await ann.say(publish(room, { data: { type: "announce", from: "a" }, more: [1, null] }));
    const heard = `{"type":"publish","topic":"${room}","data":{"type":"announce","from":"a"},"more":[1,null],"clients":3}`;
    expect(await Promise.all([bob, cid, dan].map((client) => client.heard()))).toEqual([
      [heard],
      [heard],
      [],
    ]);
  });

  test("a publish by who is not subscribed is delivered, and not counted", async () => {
    const room = freshRoom();
    const [ann, bob] = [await open(), await open(room)];
    await ann.say(publish(room, { data: "c2VjcmV0" }));
    expect(await bob.heard()).toEqual([
      `{"type":"publish","topic":"${room}","data":"c2VjcmV0","clients":1}`,
    ]);
  });

  test("a client's own number of clients is overwritten where it stands", async () => {
    const room = freshRoom();
    const [ann, bob] = [await open(room), await open(room)];
    await ann.say(`{"type":"publish","clients":99,"topic":"${room}","data":1}`);
    expect(await bob.heard()).toEqual([
      `{"type":"publish","clients":2,"topic":"${room}","data":1}`,
    ]);
  });

  test("a float token, emoji, escapes and odd keys arrive as they were", async () => {
    const room = freshRoom();
    const [ann, bob] = [await open(room), await open(room)];
    const data = `{"token":1700000000123.25,"s":"\\u0000\\n\\"é🐙","__proto__":{"x":1},"constructor":null,"a":[{"":[]}]}`;
    await ann.say(
      `{"type":"publish","topic":"${room}","data":${data},"__proto__":{"type":"ping"}}`,
    );
    expect(await bob.heard()).toEqual([
      `{"type":"publish","topic":"${room}","data":${data},"__proto__":{"type":"ping"},"clients":2}`,
    ]);
  });

  test("subscribing again changes nothing, and who unsubscribes hears nothing more", async () => {
    const room = freshRoom();
    const [ann, bob, cid] = [await open(room), await open(room), await open(room)];
    await bob.say({ type: "subscribe", topics: [room, room] });
    await ann.say(publish(room, { n: 1 }));
    await bob.say({ type: "unsubscribe", topics: [room, "never-joined"] });
    await ann.say(publish(room, { n: 2 }));
    const heard = (n: number, clients: number) => publish(room, { n, clients });
    expect([await bob.heardJson(), await cid.heardJson()]).toEqual([
      [],
      [heard(1, 3), heard(2, 2)],
    ]);
  });

  test("who has gone is not counted", async () => {
    const room = freshRoom();
    const [ann, bob, cid] = [await open(room), await open(room), await open(room)];
    cid.socket.destroy();
    await cid.socket.gone;
    let clients: unknown;
    while (clients !== 2) {
      await ann.say(publish(room));
      clients = JSON.parse((await bob.heard())[0] ?? "{}").clients;
    }
    expect(clients).toBe(2);
  });

  test("frames of one sender come in the order in which they were sent", async () => {
    const room = freshRoom();
    const [ann, bob] = [await open(room), await open(room)];
    const numbers = Array.from({ length: 200 }, (_, n) => n);
    await ann.say(...numbers.map((n) => publish(room, { n })));
    expect((await bob.heardJson()).map((frame) => Object(frame).n)).toEqual(numbers);
  });

  test("a room of forty hears a publish once each", async () => {
    const room = freshRoom();
    const crowd = await Promise.all(Array.from({ length: 40 }, () => open(room)));
    await crowd[0]!.say(publish(room, { data: "x" }));
    const heard = await Promise.all(crowd.slice(1).map((client) => client.heardJson()));
    expect(heard).toEqual(crowd.slice(1).map(() => [publish(room, { data: "x", clients: 40 })]));
  });

  test("a ping is answered to the letter, and a binary frame is read like text", async () => {
    const room = freshRoom();
    const [ann, bob] = [await open(), await open(room)];
    ann.socket.sendBinary(`{"type":"publish","topic":"${room}","data":"é"}`);
    ann.socket.sendBinary('{"type":"ping","more":1}');
    expect(await ann.socket.next()).toBe('{"type":"pong"}');
    expect(await bob.heard()).toEqual([
      `{"type":"publish","topic":"${room}","data":"é","clients":1}`,
    ]);
  });

  test("what means nothing is ignored, and the socket stays", async () => {
    const room = freshRoom();
    const [ann, bob] = [await open(), await open(room)];
    const ignored: readonly string[] = [
      "null",
      "5",
      '"publish"',
      "true",
      "[]",
      '["publish"]',
      "{}",
      " { } ",
      '{"type":null}',
      '{"type":"offer"}',
      `{"type":["publish"],"topic":"${room}"}`,
      `{"topic":"${room}","data":1}`,
      '{"type":"publish"}',
      '{"type":"publish","topic":""}',
      '{"type":"publish","topic":null}',
      '{"type":"publish","topic":5}',
      `{"type":"publish","topic":["${room}"]}`,
      '{"type":"publish","topic":"nobody-is-here"}',
      '{"type":"subscribe"}',
      '{"type":"subscribe","topics":[]}',
      '{"type":"subscribe","topics":null}',
      `{"type":"subscribe","topics":[5,null,{"a":1},["${room}"],true]}`,
      '{"type":"unsubscribe"}',
      '{"type":"unsubscribe","topics":[5,null]}',
    ];
    expect(await ann.say(...ignored)).toEqual([]);
    expect(await bob.heard()).toEqual([]);
  });

  test("an upgrade at the root speaks it as well, and a plain GET of /signal says okay", async () => {
    const room = freshRoom();
    const [ann, bob] = [await open(room), await YClient.open(server.url, [room], "/")];
    await ann.say(publish(room));
    expect(await bob.heardJson()).toEqual([publish(room, { clients: 2 })]);
    const response = await fetch(new URL("/signal", server.url));
    expect([response.status, await response.text()]).toEqual([200, "okay"]);
  });
});
