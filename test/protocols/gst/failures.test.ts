// GStreamer peers that do not read, and nodes that cannot reach each other: nobody goes on in a session that is
// over for the other side.

import { describe, expect, test } from "bun:test";
import type { Limits } from "../../../src/core/limits.ts";
import type { Option, Settings } from "../../../src/options/option.ts";
import { gst } from "../../../src/protocols/gst/routes.ts";
import { FakeNetwork } from "../../support/fake-bus.ts";
import { type FakeClient, FakeServer } from "../../support/fake-server.ts";
import { told } from "../../support/gst-client.ts";

class Peer {
  readonly server: FakeServer;
  readonly client: FakeClient;
  #id = "";
  /** What came with the welcome. */
  readonly #early: string[] = [];

  constructor(server: FakeServer, space = "lab") {
    this.server = server;
    this.client = server.open(`/gst/${space}`);
  }

  /** From when it is welcomed. */
  get id(): string {
    if (this.#id === "") {
      const [welcome, ...rest] = this.client.reads();
      this.#id = JSON.parse(welcome!).peerId;
      this.#early.push(...rest);
    }
    return this.#id;
  }

  set(roles: readonly string[], meta?: unknown): this {
    this.client.send({ type: "setPeerStatus", roles, meta });
    return this;
  }

  start({ id }: Peer, offer?: string): void {
    this.client.send({ type: "startSession", peerId: id, offer });
  }

  end(sessionId: string, error?: string): void {
    this.client.send({ type: "endSessionV1_1", sessionId, error });
  }

  sdp(sessionId: string, type = "offer"): string {
    return this.#send({ type: "peer", sessionId, sdp: { type, sdp: "v=0" } });
  }

  ice(sessionId: string): string {
    return this.#send({ type: "peer", sessionId, ice: { candidate: "", sdpMLineIndex: 0 } });
  }

  /** Its reader stops, and its queue is full: one frame waits in it. */
  stall(): readonly string[] {
    this.reads();
    this.client.socket.stall();
    for (const text of ["unread", "waiting"]) {
      this.client.peer.send(text);
      this.server.endTick();
    }
    return ["unread", "waiting"];
  }

  readOn(): readonly string[] {
    this.client.socket.read();
    return this.reads();
  }

  reads(): readonly string[] {
    void this.id;
    return [...this.#early.splice(0), ...this.client.reads()];
  }

  get closed(): unknown {
    return this.client.socket.end;
  }

  #send(message: object): string {
    this.client.send(message);
    return JSON.stringify(message);
  }
}

const sessionIn = (texts: readonly string[]): string =>
  texts.map((text) => JSON.parse(text).sessionId).find((id) => id !== undefined) ?? "none";

const slow = { code: 1013, reason: "too slow: frames were waiting for too long" };
const lost = '"a message of this session was lost on its way"';

const withOptions =
  (given: Readonly<Record<string, unknown>>): Settings =>
  <Value>(option: Option<Value>) =>
    (given[option.name] as Value | undefined) ?? option.default;

describe("on one node", () => {
  const open = (limits: Partial<Limits> = { maxQueuedFrames: 1 }) => {
    const server = new FakeServer([gst], limits);
    const camera = new Peer(server).set(["producer"]);
    const viewer = new Peer(server);
    for (const peer of [camera, viewer]) peer.reads();
    const begin = (): string => {
      viewer.start(camera);
      camera.reads();
      return sessionIn(viewer.reads());
    };
    return { server, camera, viewer, begin };
  };

  test("a session of which a description is lost ends for both", () => {
    const { camera, viewer, begin } = open();
    const session = begin();
    viewer.stall();
    camera.sdp(session);
    // It has no room for the end either.
    expect([camera.reads(), viewer.closed]).toEqual([[told.endSession(session)], slow]);
    camera.ice(session);
    camera.end(session);
    expect(camera.reads()).toEqual([]);
  });

  test("a session goes on without a candidate that is lost", () => {
    const { camera, viewer, begin } = open();
    const session = begin();
    const before = viewer.stall();
    camera.ice(session);
    const read = viewer.readOn();
    const offer = camera.sdp(session);
    expect([camera.reads(), read, viewer.reads()]).toEqual([[], before, [offer]]);
  });

  test("a session does not begin with a peer that has no room for it", () => {
    const { camera, viewer } = open();
    const before = camera.stall();
    viewer.start(camera);
    expect(viewer.reads()).toEqual([
      told.error(
        `Peer with ID '${camera.id}' takes no session: it has too many, does not read, or is out of reach`,
      ),
    ]);
    expect([camera.readOn(), camera.closed]).toEqual([before, undefined]);
  });

  test("who has no room for the end of a session is closed, and the others go on", () => {
    const { server, camera, viewer, begin } = open();
    const watcher = new Peer(server).set(["listener"]);
    watcher.reads();
    const session = begin();
    camera.stall();
    viewer.end(session);
    expect([camera.closed, viewer.reads(), watcher.reads()]).toEqual([
      slow,
      [],
      [told.status(camera, [])],
    ]);
  });

  test("a listener that misses a status gets the list, and later statuses", () => {
    const { server, camera, viewer } = open();
    const watcher = new Peer(server).set(["listener"]);
    const before = watcher.stall();
    const second = new Peer(server).set(["producer"], 2);
    const read = watcher.readOn();
    viewer.set(["producer"], 3);
    expect([read, watcher.reads()]).toEqual([
      [...before, told.list([camera, "null"], [second, "2"])],
      [told.status(viewer, ["producer"], "3")],
    ]);
  });

  test("one that has asked for consumers gets their list as well", () => {
    const { server, camera, viewer } = open({ maxQueuedFrames: 2 });
    const watcher = new Peer(server).set(["listener"]);
    watcher.client.send({ type: "listConsumers" });
    watcher.stall();
    viewer.set(["consumer"]).set(["consumer"], 1);
    expect(watcher.readOn().slice(-2)).toEqual([
      told.list([camera, "null"]),
      told.listConsumers([viewer, "1"]),
    ]);
  });

  test("a listener that missed a status is told of its sessions all the same", () => {
    const { server, camera } = open();
    const watcher = new Peer(server).set(["listener"]);
    watcher.start(camera);
    const session = sessionIn(watcher.reads());
    const before = watcher.stall();
    const second = new Peer(server).set(["producer"]);
    // There is room again, and the list is still to come.
    watcher.client.socket.readSome(1);
    camera.end(session);
    expect(watcher.readOn()).toEqual([
      ...before,
      told.endSession(session),
      told.list([camera, "null"], [second, "null"]),
    ]);
  });

  test("who does not read the answers to its own questions is closed", () => {
    const { viewer } = open();
    viewer.stall();
    viewer.client.send({ type: "list" });
    expect(viewer.closed).toEqual(slow);
  });
});

describe("on two nodes", () => {
  const openTwo = async (settings = withOptions({})) => {
    const network = new FakeNetwork();
    const buses = [network.bus(), network.bus()] as const;
    const [near, far] = buses.map(
      (bus) => new FakeServer([gst], { maxQueuedFrames: 1 }, bus, settings),
    ) as [FakeServer, FakeServer];
    const [camera, viewer] = [new Peer(near), new Peer(far)];
    await network.settle();
    camera.set(["producer"]);
    await network.settle();
    for (const peer of [camera, viewer]) peer.reads();
    const begin = async (): Promise<string> => {
      viewer.start(camera);
      await network.settle();
      camera.reads();
      return sessionIn(viewer.reads());
    };
    return { network, buses, near, far, camera, viewer, begin };
  };

  test("a session that begins with a peer who has just left ends at once", async () => {
    const { network, camera, viewer } = await openTwo();
    camera.client.socket.hangUp();
    viewer.start(camera);
    await network.settle();
    const texts = viewer.reads();
    const session = sessionIn(texts);
    expect(texts).toEqual([told.sessionStarted(camera, session), told.endSession(session)]);
    viewer.ice(session);
    expect(viewer.reads()).toEqual([]);
  });

  test("a session that begins with a peer who has just become another ends at once", async () => {
    const { network, camera, viewer } = await openTwo();
    camera.set([]);
    viewer.start(camera);
    await network.settle();
    const texts = viewer.reads();
    const session = sessionIn(texts);
    expect([texts, camera.reads()]).toEqual([
      [told.sessionStarted(camera, session), told.endSession(session)],
      [],
    ]);
  });

  test("a session that is one too many for the other side ends at once", async () => {
    const { network, camera, viewer, begin } = await openTwo(
      withOptions({ "gst-max-sessions": 1 }),
    );
    await begin();
    const other = new Peer(viewer.server);
    await network.settle();
    other.reads();
    other.start(camera);
    await network.settle();
    const texts = other.reads();
    const session = sessionIn(texts);
    expect([texts, camera.reads()]).toEqual([
      [told.sessionStarted(camera, session), told.endSession(session)],
      [],
    ]);
  });

  test("a session of which a description is lost on its way ends for both", async () => {
    const { network, camera, viewer } = await openTwo();
    viewer.client.send({ type: "setProtocolVersion", version: "v1_1" });
    viewer.start(camera);
    await network.settle();
    camera.reads();
    const session = sessionIn(viewer.reads());
    camera.stall();
    viewer.sdp(session, "answer");
    await network.settle();
    expect([viewer.reads(), camera.closed]).toEqual([[told.endSessionV1_1(session, lost)], slow]);
  });

  test("nothing begins with a peer out of reach, and what has begun ends when it is back", async () => {
    const { network, buses, far, camera, viewer, begin } = await openTwo();
    const [first, second, third] = [await begin(), await begin(), await begin()];
    network.cut(buses[1]);
    viewer.start(camera);
    expect(viewer.reads()[0]).toContain("takes no session");
    viewer.end(first);
    viewer.sdp(second, "answer");
    viewer.end(third, "an error of a peer of version 1.0");
    far.sweep(5);
    expect(viewer.reads()).toEqual([
      told.endSession(second),
      told.error(
        `Invalid end session message with error from peer '${viewer.id}', minimum protocol version is 1.1`,
      ),
    ]);
    network.heal(buses[1]);
    await network.settle();
    expect(camera.reads()).toEqual([]);
    far.sweep(1);
    await network.settle();
    expect(camera.reads().toSorted()).toEqual(
      [told.endSession(first), told.endSession(second)].toSorted(),
    );
    camera.sdp(third);
    far.sweep(5);
    await network.settle();
    expect([camera.reads(), viewer.reads()]).toEqual([[], []]);
  });

  test("ends that could not be said are forgotten with the peer that would say them", async () => {
    const { network, buses, far, camera, viewer, begin } = await openTwo();
    const session = await begin();
    network.cut(buses[1]);
    viewer.end(session);
    viewer.client.socket.hangUp();
    network.heal(buses[1]);
    far.sweep(5);
    await network.settle();
    expect(camera.reads()).toEqual([told.endSession(session)]);
  });

  test("listeners are told of producers that they could not hear of before", async () => {
    const { network, buses, camera, far } = await openTwo();
    const watcher = new Peer(far).set(["listener"]);
    await network.settle();
    watcher.reads();
    network.cut(buses[0]);
    const late = new Peer(camera.server).set(["producer"], "late");
    camera.set(["producer"], "changed");
    await network.settle();
    expect(watcher.reads()).toEqual([]);
    network.heal(buses[0]);
    await network.settle();
    expect(watcher.reads().toSorted()).toEqual(
      [
        told.status(camera, ["producer"], '"changed"'),
        told.status(late, ["producer"], '"late"'),
      ].toSorted(),
    );
  });

  test("what another node cannot have said is ignored", async () => {
    const { network, camera, viewer, begin, near } = await openTwo();
    const session = await begin();
    const stranger = network.bus();
    const link = stranger.link("gst", {
      local: () => [],
      remoteJoined: () => undefined,
      remoteUpdated: () => undefined,
      remoteLeft: () => undefined,
      remoteRelay: () => "absent",
      remoteBroadcast: () => undefined,
    });
    const topic = "lab" as unknown as Parameters<typeof link.open>[0];
    const member = (id: string) => id as unknown as Parameters<typeof link.left>[1];
    link.open(topic);
    const infos = [
      null,
      { roles: ["robot"], meta: "null", since: 0 },
      { roles: ["producer"], meta: "{", since: 0 },
      { roles: ["producer"], meta: '"\\ud800"', since: 0 },
      { roles: ["producer"], meta: JSON.stringify("x".repeat(5000)), since: 0 },
      { roles: ["producer"], meta: "null", since: "now" },
    ];
    for (const [index, info] of infos.entries())
      link.joined(topic, member(`00000000-0000-4000-8000-00000000000${index}`), info);
    link.joined(topic, member('x"'), { roles: ["producer"], meta: "null", since: 0 });
    const node = near.node.bus.node;
    const notes = [
      "note {",
      'note {"note":"begin"}',
      'note {"note":"end","session":"x\\"y","error":"null"}',
      `note {"note":"end","session":"${session}","error":"{}"}`,
      `note {"note":"start","session":"s","from":"nobody","as":"producer","offer":"null"}`,
      `note {"note":"start","session":"s","from":"${viewer.id}","as":"consumer","offer":"null"}`,
      `note {"note":"start","session":"s","from":"${viewer.id}","as":"producer","offer":"\\"a\\"b\\""}`,
    ];
    for (const frame of notes)
      link.relay(topic, node, { to: member(camera.id), frame, held: 0, failed: () => undefined });
    await network.settle();
    const list = { type: "list" };
    viewer.client.send(list);
    expect([viewer.reads(), camera.reads()]).toEqual([[told.list([camera, "null"])], []]);
    viewer.ice(session);
    await network.settle();
    expect(camera.reads()).toHaveLength(1);
  });
});
