import { beforeEach, describe, expect, test } from "bun:test";
import type { JoinOptions } from "../../src/client/api.ts";
import { JoinedRoom } from "../../src/client/joined-room.ts";
import { FakeConnection, FakePlatform, settled } from "./fakes.ts";

const welcome = { type: "welcome", selfId: "m", resume: "r1", resumeSeconds: 30 };
const list = (...ids: readonly string[]) => ({
  type: "peer-list",
  peers: ids.map((id) => ({ id, metadata: { name: id } })),
});

async function enter(options: JoinOptions = {}, ...ids: readonly string[]) {
  const platform = new FakePlatform();
  const room = new JoinedRoom("wss://host/ws/topic", "topic", options, platform);
  const events: string[] = [];
  room.on("peer", ({ id }) => events.push(`+${id}`));
  room.on("left", ({ id }) => events.push(`-${id}`));
  room.on("state", (state) => events.push(state));
  room.on("error", ({ message }) => events.push(`error: ${message}`));
  room.entered.catch(() => undefined);
  await settled();
  platform.socket.says(welcome, list(...ids));
  await room.entered;
  return { platform, room, events: () => events.splice(0) };
}

/** Loses the line, and gets another. */
async function lose(platform: FakePlatform): Promise<void> {
  platform.socket.ends(1006);
  await platform.pass(2000);
}

beforeEach(() => {
  FakeConnection.all.length = 0;
});

describe("who is there", () => {
  test("is what the server says", async () => {
    const { platform, room, events } = await enter({}, "a");
    expect(events()).toEqual(["+a", "connected"]);
    expect(room.peers.get("a")?.metadata).toEqual({ name: "a" });
    platform.socket.says({ type: "peer-joined", peerId: "z", metadata: 1 });
    platform.socket.says({ type: "peer-left", peerId: "a" });
    expect(events()).toEqual(["+z", "-a"]);
    expect(FakeConnection.all.map(({ connectionState }) => connectionState)).toEqual([
      "closed",
      "new",
    ]);
  });

  test("stays while the line is away, and connections go on", async () => {
    const { platform, room, events } = await enter({}, "a");
    await lose(platform);
    expect([room.state, room.peers.size]).toEqual(["away", 1]);
    platform.socket.says({ ...welcome, resume: "r2", resumed: true });
    expect(events()).toEqual(["+a", "connected", "away", "connected"]);
    expect(FakeConnection.all).toHaveLength(1);
  });

  test("is held at a server that was started again, until the others had time to come back", async () => {
    const { platform, events } = await enter({}, "a", "b", "c");
    await lose(platform);
    platform.socket.says({ ...welcome, resumed: true, missed: true }, list());
    platform.socket.says({ type: "peer-joined", peerId: "a" });
    FakeConnection.all[1]!.becomes("failed");
    expect(events().slice(4)).toEqual(["away", "connected", "-b"]);
    await platform.pass(30_000);
    expect(events()).toEqual(["-c"]);
    expect(FakeConnection.all).toHaveLength(3);
  });

  test("begins anew with a membership that is a fresh one", async () => {
    const { platform, room, events } = await enter({}, "a");
    await lose(platform);
    platform.socket.says({ ...welcome, selfId: "n", resumed: false }, list("a"));
    expect(room.me.id).toBe("n");
    expect(events().slice(2)).toEqual(["away", "-a", "+a", "connected"]);
  });
});

test("a room that is refused rejects with code and reason", async () => {
  const platform = new FakePlatform();
  const room = new JoinedRoom("wss://host/ws/topic", "topic", {}, platform);
  await settled();
  platform.socket.ends(1008, "token missing");
  expect(await room.entered.catch((error) => [error.code, error.message])).toEqual([
    1008,
    "token missing",
  ]);
  expect(room.state).toBe("closed");
});

describe("negotiation", () => {
  const signals = (platform: FakePlatform) =>
    platform.socket.sent as { type: string; to: string; payload: Record<string, unknown> }[];

  test("begins with the lower id; the other waits a second for its offer", async () => {
    const { platform } = await enter({}, "a", "z");
    for (const connection of FakeConnection.all) connection.needNegotiation();
    await settled();
    expect(signals(platform).map(({ type, to }) => [type, to])).toEqual([["offer", "z"]]);
    await platform.pass(1000);
    expect(signals(platform).map(({ to }) => to)).toEqual(["z", "a"]);
  });

  test("gives way when offers cross if its id is the lower one, and else does not", async () => {
    const { platform } = await enter({}, "a", "z");
    for (const connection of FakeConnection.all) connection.needNegotiation();
    await platform.pass(1000);
    const offer = { sdp: "theirs", type: "offer", link: "l", n: 1 };
    platform.socket.says({ type: "offer", from: "a", payload: offer });
    platform.socket.says({ type: "offer", from: "z", payload: offer });
    await settled();
    const answers = signals(platform).filter(({ type }) => type === "answer");
    expect(answers).toMatchObject([{ to: "z", payload: { n: 1, for: "l" } }]);
    const [a] = FakeConnection.all;
    expect(a?.signalingState).toBe("have-local-offer");
  });

  test("holds candidates until there is a description", async () => {
    const { platform } = await enter({}, "z");
    const candidate = { candidate: "c", link: "l" };
    platform.socket.says({ type: "ice-candidate", from: "z", payload: candidate });
    await settled();
    const [z] = FakeConnection.all;
    expect(z?.candidates).toEqual([]);
    platform.socket.says({ type: "offer", from: "z", payload: { sdp: "s", link: "l" } });
    await settled();
    expect(z?.candidates).toEqual([candidate]);
  });

  test("sends an offer without an answer again, and answers one that comes twice in the same words", async () => {
    const { platform } = await enter({}, "z");
    const [z] = FakeConnection.all;
    z!.needNegotiation();
    await settled();
    await platform.pass(5000);
    const [first, second] = signals(platform);
    expect(second).toEqual(first!);
    const answer = { sdp: "s", link: "l", n: first!.payload["n"] };
    platform.socket.says({ type: "answer", from: "z", payload: answer });
    platform.socket.says({ type: "answer", from: "z", payload: answer });
    for (let n = 0; n < 2; n++)
      platform.socket.says({ type: "offer", from: "z", payload: { sdp: "s2", link: "l", n: 7 } });
    await settled();
    const [, , once, twice] = signals(platform);
    expect(once?.payload).toMatchObject({ type: "answer", n: 7 });
    expect(twice).toEqual(once!);
  });

  test("begins anew with a peer that has begun anew", async () => {
    const { platform, room, events } = await enter({}, "z");
    room.channel("chat");
    events();
    for (const link of ["l1", "l2"]) {
      platform.socket.says({ type: "offer", from: "z", payload: { sdp: link, link } });
      await settled();
    }
    platform.socket.says({
      type: "ice-candidate",
      from: "z",
      payload: { candidate: "", link: "l1" },
    });
    await settled();
    const [before, after] = FakeConnection.all;
    expect([before?.connectionState, after?.remoteDescription?.sdp]).toEqual(["closed", "l2"]);
    expect([after?.labels, after?.candidates, events()]).toEqual([["chat"], [], []]);
  });

  test("does not send what waits for a peer that has gone, and says so", async () => {
    const { platform, room } = await enter({}, "a", "b");
    const chat = room.channel("chat");
    const [a, b] = ["a", "b"].map((id) => chat.send("hello", room.peers.get(id)));
    platform.socket.says({ type: "peer-left", peerId: "a" });
    expect(await a).toBe(false);
    room.leave();
    expect(await b).toBe(false);
  });

  test("restarts ICE on failure, and on another network", async () => {
    const { platform } = await enter({}, "z");
    const [z] = FakeConnection.all;
    z!.becomes("failed");
    expect(z?.restarts).toBe(1);
    await platform.changeNetwork();
    expect(z?.restarts).toBe(2);
  });

  test("connects through TURN servers only, if the server says so", async () => {
    const { platform } = await enter();
    const iceServers = [{ urls: "turn:t", username: "u", credential: "c" }];
    platform.socket.says({ type: "ice", iceServers, iceTransportPolicy: "relay" });
    platform.socket.says({ type: "peer-joined", peerId: "z" });
    expect(FakeConnection.all[0]?.configuration).toEqual({
      iceServers,
      iceTransportPolicy: "relay",
    });
  });

  test("begins anew where the keys of a connection could not be agreed on", async () => {
    const { events } = await enter({}, "z");
    const [before] = FakeConnection.all;
    events();
    before!.iceConnectionState = "connected";
    before!.becomes("failed");
    const after = FakeConnection.all[1];
    expect([before?.connectionState, before?.restarts]).toEqual(["closed", 0]);
    // The peer learns of it by the offer that this makes due.
    expect([after?.labels, events()]).toEqual([[""], []]);
  });

  test("begins anew ever later where two cannot agree on keys at all", async () => {
    const { platform } = await enter({}, "z");
    const fail = () => {
      const last = FakeConnection.all.at(-1)!;
      last.iceConnectionState = "connected";
      last.becomes("failed");
    };
    const counts: number[] = [];
    for (const seconds of [0, 1, 3]) {
      fail();
      if (seconds > 0) await platform.pass(seconds * 1000 - 1);
      counts.push(FakeConnection.all.length);
      await platform.pass(1);
      counts.push(FakeConnection.all.length);
    }
    expect(counts).toEqual([2, 2, 2, 3, 3, 4]);
    FakeConnection.all.at(-1)!.becomes("connected");
    fail();
    expect(FakeConnection.all.length).toBe(5);
  });

  test("takes fresh TURN credentials, and restarts connections over a relay", async () => {
    const { platform } = await enter({}, "z");
    const [z] = FakeConnection.all;
    z!.becomes("connected");
    const iceServers = [{ urls: "turn:t", username: "u", credential: "c" }];
    platform.socket.says({ type: "ice", iceServers, iceSeconds: 20 });
    await settled();
    expect([z?.configuration.iceServers, z?.restarts]).toEqual([iceServers, 1]);
    // The same at a welcome, but only if the ones before are about to end.
    await lose(platform);
    platform.socket.says({ ...welcome, resumed: true, iceServers, iceSeconds: 20 });
    await settled();
    expect(z?.restarts).toBe(1);
    await platform.pass(14_000);
    await lose(platform);
    await lose(platform);
    platform.socket.says({ ...welcome, resumed: true, iceServers, iceSeconds: 20 });
    await settled();
    expect(z?.restarts).toBe(2);
  });
});

test("with a password the server sees no description, and tampering is noticed", async () => {
  const ann = await enter({ password: "sesame" }, "z");
  FakeConnection.all[0]!.needNegotiation();
  while (ann.platform.socket.sent.length === 0) await settled();
  const [sealed] = ann.platform.socket.sent as { payload: { sealed: string } }[];
  expect(Object.keys(sealed!.payload)).toEqual(["sealed"]);
  FakeConnection.all.length = 0;

  const platform = new FakePlatform();
  const bob = new JoinedRoom("wss://host/ws/topic", "topic", { password: "sesame" }, platform);
  const errors: string[] = [];
  let wake = () => {};
  bob.on("error", ({ message }) => {
    errors.push(message);
    wake();
  });
  await settled();
  platform.socket.says({ ...welcome, selfId: "z" }, list("m", "x"));
  const offer = { type: "offer", from: "m", payload: sealed!.payload };
  const altered = sealed!.payload.sealed.replace(/.(?=.{40}$)/, (one) => (one === "A" ? "B" : "A"));
  platform.socket.says(offer, offer, { ...offer, from: "x" }, { ...offer, type: "answer" });
  platform.socket.says({ ...offer, payload: { sealed: altered } });
  platform.socket.says({ ...offer, payload: { sdp: "plain" } });
  while (errors.length < 5)
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  expect(FakeConnection.all[0]?.remoteDescription?.sdp).toBe("our offer");
  expect(errors.sort()).toEqual([
    "a signal of m was altered, or has another password",
    "a signal of m was altered, or has another password",
    "a signal of m was repeated",
    "a signal of x was altered, or has another password",
    "m sends without the password",
  ]);
});

test("signals with a password are taken in the order in which they were sent", async () => {
  const ann = await enter({ password: "sesame" }, "z");
  const [connection] = FakeConnection.all;
  const long = "x".repeat(500_000);
  connection!.localDescription = null;
  connection!.setLocalDescription = async () => {
    connection!.localDescription = { type: "offer", sdp: long };
  };
  connection!.needNegotiation();
  await settled();
  for (let n = 0; n < 5; n++)
    connection!.dispatchEvent(
      Object.assign(new Event("icecandidate"), { candidate: { candidate: `${n}` } }),
    );
  while (ann.platform.socket.sent.length < 6) await settled();
  FakeConnection.all.length = 0;
  const platform = new FakePlatform();
  const bob = new JoinedRoom("wss://host/ws/topic", "topic", { password: "sesame" }, platform);
  const errors: string[] = [];
  bob.on("error", ({ message }) => errors.push(message));
  await settled();
  platform.socket.says({ ...welcome, selfId: "z" }, list("m"));
  for (const sent of ann.platform.socket.sent as object[])
    platform.socket.says({ ...sent, from: "m" });
  while ((FakeConnection.all[0]?.candidates.length ?? 0) + errors.length < 5) await settled();
  expect(errors).toEqual([]);
  expect(FakeConnection.all[0]?.remoteDescription?.sdp).toBe(long);
});
