import { afterEach, beforeEach, describe, expect, setSystemTime, test } from "bun:test";
import { session } from "../../../src/protocols/session/routes.ts";
import { FakeNetwork } from "../../support/fake-bus.ts";
import { type FakeClient, FakeServer } from "../../support/fake-server.ts";

const start = Date.UTC(2026, 0, 1);

beforeEach(() => {
  setSystemTime(start);
});
afterEach(() => {
  setSystemTime();
});

interface Begun {
  readonly client: FakeClient;
  readonly id: string;
}

/** Connects, and reads the id that the session was given. */
const begin = (server: FakeServer): Begun => begun(server.open("/ws"));

function begun(client: FakeClient): Begun {
  const [connected = "{}"] = client.reads();
  return { client, id: JSON.parse(connected).sessionId };
}

const objects = (texts: readonly string[]): readonly unknown[] =>
  texts.map((text) => JSON.parse(text));

/** Sessions on two nodes. */
async function openTwoNodes() {
  const network = new FakeNetwork();
  const buses = [network.bus(), network.bus()] as const;
  const sockets = buses.map((bus) => new FakeServer([session], {}, bus).open("/ws"));
  await network.settle();
  const [ann, bob] = sockets.map(begun) as [Begun, Begun];
  return { network, buses, ann, bob };
}

describe("sessions on different nodes", () => {
  const seek = { type: "webrtc_seek_broadcaster" };

  test("are connected once it is known who is there, and what they say meanwhile waits", async () => {
    const network = new FakeNetwork();
    const [here, there] = [0, 1].map(() => new FakeServer([session], {}, network.bus()));
    const client = here!.open("/ws");
    const other = there!.open("/ws");
    client.send(seek);
    const early = client.reads();
    await network.settle();
    const { id } = begun(client);
    expect([early, objects(other.reads()).slice(1)]).toEqual([
      [],
      [{ ...seek, sourceSession: id }],
    ]);
  });

  test("are counted by their own node", async () => {
    const { ann, bob } = await openTwoNodes();
    bob.client.socket.hangUp();
    ann.client.send({ type: "status" });
    expect(objects(ann.client.reads())).toEqual([
      expect.objectContaining({
        server: { uptime: 0, activeConnections: 1, totalSessions: 1 },
      }),
    ]);
  });
});

test("offers and answers without a target are told at once, then every minute, with their count", () => {
  const server = new FakeServer([session]);
  const { client } = begin(server);
  const message = "offers or answers without targetSession, so far";
  const counts: (readonly [number, readonly unknown[]])[] = [];
  for (const second of [0, 1, 59, 60, 61, 121]) {
    setSystemTime(start + second * 1000);
    client.send({ type: second % 2 === 0 ? "webrtc_offer" : "webrtc_answer" });
    client.send({ type: "webrtc_ice" });
    client.send({ type: "webrtc_seek_broadcaster", targetSession: "" });
    counts.push([second, server.warnings.splice(0)]);
  }
  expect(counts).toEqual([
    [0, [[{ count: 1 }, message]]],
    [1, []],
    [59, []],
    [60, [[{ count: 4 }, message]]],
    [61, []],
    [121, [[{ count: 6 }, message]]],
  ]);
});

test("status counts whole seconds, and never less than none", () => {
  const server = new FakeServer([session]);
  setSystemTime(start + 5000);
  const { client, id } = begin(server);
  const times: unknown[] = [];
  for (const second of [6, 3600.6, -100]) {
    setSystemTime(start + second * 1000);
    client.send({ type: "status" });
    times.push(...objects(client.reads()));
  }
  const status = (uptime: number, age: number, messageCount: number, timestamp: number) => ({
    type: "status",
    sessionId: id,
    server: { uptime, activeConnections: 1, totalSessions: 1 },
    session: { id, messageCount, errors: 0, age },
    timestamp: start + timestamp,
  });
  expect(times).toEqual([
    status(6, 1, 1, 6000),
    status(3601, 3596, 2, 3_600_600),
    status(0, 0, 3, -100_000),
  ]);
});

test("a session that ends frees its place, also after too many errors", () => {
  const server = new FakeServer([session], { maxTopicMembers: 1 });
  const first = begin(server).client;
  expect(server.open("/ws").socket.end).toEqual({ code: 1013, reason: "Server overloaded" });
  for (let errors = 0; errors < 12; errors++) first.send("{}");
  expect([first.reads().length, first.socket.end]).toEqual([
    10,
    { code: 1011, reason: "Too many errors" },
  ]);
  expect(begin(server).client.socket.end).toBeUndefined();
});
