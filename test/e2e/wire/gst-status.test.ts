// GStreamer peers: who is welcomed, what they say of themselves, and who is told. All on one node, and with every
// two clients on different ones.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { freshSpace, GstClient, told } from "../../support/gst-client.ts";
import { request } from "../../support/raw-http.ts";
import { upgradeHeaders } from "../../support/raw-upgrade.ts";
import { type AnyServer, describeNodes } from "../../support/two-nodes.ts";

describeNodes((start) => {
  let server: AnyServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const open = (space: string | undefined) => GstClient.open(server.url, space);
  const as = (space: string, roles: readonly string[], meta?: unknown) =>
    GstClient.as(server.url, space, roles, meta);
  const setStatus = (roles: readonly string[], meta?: unknown) => ({
    type: "setPeerStatus",
    roles,
    meta,
  });

  test("a client is welcomed first, with a UUID of version 4", async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, async () => (await open("a")).id));
    expect(new Set(ids).size).toBe(20);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]/);
  });

  test("listeners are told of each status, oneself included, and nobody else is", async () => {
    const space = freshSpace();
    const watcher = await open(space);
    const mute = await open(space);
    expect(await watcher.say(setStatus(["listener"]))).toEqual([
      told.status(watcher, ["listener"]),
    ]);
    const camera = await open(space);
    const meta = '{"name": "camera", "n":1.0}';
    const heard = await camera.say(
      `{"type":"setPeerStatus","roles":["listener","producer"],"meta":${meta}}`,
    );
    const status = told.status(camera, ["listener", "producer"], meta);
    expect([heard, await watcher.heard(), await mute.heard()]).toEqual([[status], [status], []]);
  });

  test("a status that says the same again is told to nobody", async () => {
    const space = freshSpace();
    const watcher = await as(space, ["listener"]);
    await watcher.heard();
    const camera = await open(space);
    const same = [
      setStatus([]),
      setStatus([], null),
      { ...setStatus([]), peerId: camera.id },
      { ...setStatus([]), peerId: "another" },
    ];
    expect([await camera.say(...same), await watcher.heard()]).toEqual([[], []]);
    await camera.say(setStatus(["producer"], { a: 1, b: [2] }));
    await camera.say(
      setStatus(["producer"], { a: 1, b: [2] }),
      '{"type":"setPeerStatus","peerId":"x","roles":["producer"],"meta":{"b":[2.0], "a":1}}',
    );
    expect(await watcher.heard()).toEqual([told.status(camera, ["producer"], '{"a":1,"b":[2]}')]);
  });

  test("roles in another order, another meta and no roles are told", async () => {
    const space = freshSpace();
    const watcher = await as(space, ["listener"]);
    const camera = await open(space);
    await watcher.heard();
    const statuses = [
      [["producer", "listener"], "null"],
      [["listener", "producer"], "null"],
      [["listener", "producer"], '"text"'],
      [["listener", "producer"], "[1]"],
      [["producer"], "[1]"],
      [[], "null"],
    ] as const;
    for (const [roles, meta] of statuses)
      await camera.say(`{"type":"setPeerStatus","roles":${JSON.stringify(roles)},"meta":${meta}}`);
    expect(await watcher.heard()).toEqual(
      statuses.map(([roles, meta]) => told.status(camera, roles, meta)),
    );
  });

  test("who listens no more is told nothing more", async () => {
    const space = freshSpace();
    const watcher = await as(space, ["listener"]);
    await watcher.heard();
    expect(await watcher.say(setStatus([]))).toEqual([]);
    await as(space, ["producer"]);
    expect(await watcher.heard()).toEqual([]);
  });

  test("producers are listed oldest first, and passive consumers apart from them", async () => {
    const space = freshSpace();
    const third = await open(space);
    const first = await open(space);
    const second = await open(space);
    const consumer = await as(space, ["consumer"], { c: 1 });
    await second.say(setStatus(["producer"], 2));
    await first.say(setStatus(["listener", "producer"], { n: 1 }));
    const list = told.list([first, '{"n":1}'], [second, "2"]);
    expect(await third.say({ type: "list" }, { type: "listConsumers" })).toEqual([
      list,
      told.listConsumers([consumer, '{"c":1}']),
    ]);
    await third.say(setStatus(["producer"]));
    expect(await third.say({ type: "list" })).toEqual([
      told.list([third, "null"], [first, '{"n":1}'], [second, "2"]),
    ]);
  });

  test("listeners are told who has gone, with its last meta, one without a status too", async () => {
    const space = freshSpace();
    const watcher = await as(space, ["listener"]);
    const camera = await as(space, ["producer"], { name: "camera" });
    const nobody = await open(space);
    await watcher.heard();
    await camera.leave();
    await nobody.leave();
    expect((await watcher.heard()).toSorted()).toEqual(
      [told.status(camera, [], '{"name":"camera"}'), told.status(nobody, [])].toSorted(),
    );
    expect(await watcher.say({ type: "list" })).toEqual([told.list()]);
  });

  test("a peer is not both producer and passive consumer, and stays what it was", async () => {
    const space = freshSpace();
    const camera = await as(space, ["producer"], 1);
    const refusal = told.error(
      `Cannot register peer ${camera.id} as both producer and passive consumer`,
    );
    expect(await camera.say(setStatus(["producer", "consumer"], 2), { type: "list" })).toEqual([
      refusal,
      told.list([camera, "1"]),
    ]);
  });

  test("each of a hundred listeners is told of a camera once, and lists it", async () => {
    const space = freshSpace();
    const crowd = await Promise.all(Array.from({ length: 100 }, () => as(space, ["listener"])));
    const camera = await as(space, ["producer"]);
    /** What is said of the camera, up to a text; in large spaces it comes when the server has time. */
    const saidUntil = async (watcher: GstClient, last: string): Promise<readonly string[]> => {
      const texts: string[] = [];
      while (texts.at(-1) !== last) texts.push(await watcher.next());
      return texts.filter((text) => text.includes(camera.id));
    };
    for (const due of [told.status(camera, ["producer"]), told.status(camera, [])]) {
      const said = await Promise.all(crowd.map((watcher) => saidUntil(watcher, due)));
      expect(said).toEqual(crowd.map(() => [due]));
      await camera.leave();
    }
    for (const watcher of crowd)
      expect((await watcher.say({ type: "list" })).at(-1)).toBe(told.list());
    await Promise.all(crowd.map((watcher) => watcher.leave()));
  });

  test("spaces know nothing of each other, and the bare path is one of them", async () => {
    const spaces = [freshSpace(), freshSpace(), undefined, "default"];
    const cameras: GstClient[] = [];
    for (const space of spaces) {
      cameras.push(await open(space));
      await cameras.at(-1)?.say(setStatus(["producer", "listener"], cameras.length));
    }
    const [one, other, bare, named] = cameras as [GstClient, GstClient, GstClient, GstClient];
    const lists = [];
    for (const camera of cameras) lists.push((await camera.say({ type: "list" })).at(-1));
    const common = told.list([bare, "3"], [named, "4"]);
    expect(lists).toEqual([told.list([one, "1"]), told.list([other, "2"]), common, common]);
    await one.heard();
    await other.say({ type: "startSession", peerId: one.id }, setStatus([]));
    await other.leave();
    expect(await one.heard()).toEqual([]);
    for (const camera of [one, bare, named]) await camera.leave();
  });

  test.each(["x", "%C3%A9%20%2F", "x".repeat(255), "__proto__"])(
    "a space may be %s",
    async (space) => {
      const camera = await as(space, ["producer"]);
      const watcher = await open(space);
      expect(await watcher.say({ type: "list" })).toEqual([told.list([camera, "null"])]);
      await camera.leave();
    },
  );

  test.each([
    ["empty", "", 404],
    ["longer than 255 bytes", "x".repeat(256), 400],
    ["longer than 255 bytes of UTF-8", "%C3%A9".repeat(128), 400],
    ["no UTF-8", "%FF", 400],
    ["two segments", "a/b", 404],
  ])("a space may not be %s", async (_what, space, status) => {
    const answer = await request(server.url, "GET", `/gst/${space}`, upgradeHeaders);
    expect(answer.status).toBe(status);
  });
});
