// What a GStreamer peer may do, who is let in, and what becomes of those who are gone: on one node and on two.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { logged } from "../../support/cluster.ts";
import { freshSpace, GstClient, told } from "../../support/gst-client.ts";
import { describeWith } from "../../support/missing.ts";
import { opcodes } from "../../support/raw-frame.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { redisProgram } from "../../support/redis-server.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { secret, sign } from "../../support/tokens.ts";
import { type AnyServer, describeNodes, TwoNodes, testNodes } from "../../support/two-nodes.ts";

const setStatus = (roles: readonly string[], meta?: unknown) => ({
  type: "setPeerStatus",
  roles,
  meta,
});

describeNodes((start) => {
  let server: AnyServer;

  beforeAll(async () => {
    server = await start([], {
      GST_MAX_META_BYTES: "600",
      GST_MAX_LIST_BYTES: "1500",
      GST_MAX_SESSIONS: "2",
      MAX_TOPIC_MEMBERS: "6",
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const open = (space: string) => GstClient.open(server.url, space);
  const as = (space: string, roles: readonly string[], meta?: unknown) =>
    GstClient.as(server.url, space, roles, meta);

  test("a meta that is too long is refused, and the status stays as it was", async () => {
    const space = freshSpace();
    const camera = await as(space, ["producer"], "x".repeat(598));
    const heard = await camera.say(
      setStatus(["producer"], "x".repeat(599)),
      setStatus(["producer"], "é".repeat(300)),
      { type: "list" },
    );
    const refusal = told.error("The meta of a peer must be at most 600 bytes");
    expect(heard).toEqual([refusal, refusal, told.list([camera, `"${"x".repeat(598)}"`])]);
  });

  test("producers whose list is too long are refused, and so are passive consumers", async () => {
    const space = freshSpace();
    const cameras = [
      await as(space, ["producer"], "x".repeat(598)),
      await as(space, ["producer"], "y".repeat(598)),
    ];
    const third = await open(space);
    const refusal = told.error("The list of this space would be longer than 1500 bytes");
    expect(await third.say(setStatus(["producer"], "z".repeat(300)))).toEqual([refusal]);
    expect(await third.say(setStatus(["consumer"], "z".repeat(300)))).toEqual([]);
    await cameras[0]!.leave();
    expect(await third.say(setStatus(["producer"], "z".repeat(300)))).toEqual([]);
  });

  test("who is in no list may say as much of itself as those in a list, all together", async () => {
    const space = freshSpace();
    const listeners = [
      await as(space, ["listener"], "x".repeat(598)),
      await as(space, [], "y".repeat(598)),
    ];
    const third = await open(space);
    const refusal = told.error("The list of this space would be longer than 1500 bytes");
    expect(await third.say(setStatus(["listener"], "z".repeat(300)))).toEqual([refusal]);
    expect(await third.say(setStatus(["listener"]))).not.toContain(refusal);
    await listeners[0]!.leave();
    expect(await third.say(setStatus(["listener"], "z".repeat(300)))).not.toContain(refusal);
  });

  test("a peer is in so many sessions and no more, whoever begins them", async () => {
    const space = freshSpace();
    const [one, other] = [await as(space, ["producer"]), await as(space, ["producer"])];
    const viewers = [await open(space), await open(space), await open(space)] as const;
    const first = await viewers[0].start(one);
    await viewers[1].start(one);
    await one.heard();
    const heard = await viewers[2].say({ type: "startSession", peerId: one.id });
    const last = heard.at(-1) ?? "";
    // The other node may learn of it when the session is told of already.
    if (last.includes('"error"')) expect(last).toContain("takes no session");
    else expect(last).toBe(told.endSession(JSON.parse(heard[0] ?? "{}").sessionId));
    expect(await one.heard()).toEqual([]);
    expect(await one.say({ type: "startSession", peerId: other.id })).toEqual([
      told.error("A peer can be in at most 2 sessions"),
    ]);
    await viewers[0].say({ type: "endSession", sessionId: first });
    await one.heard();
    await viewers[2].start(one);
    expect(await one.heard()).toHaveLength(1);
  });

  test("a space that is full takes nobody more", async () => {
    const space = freshSpace();
    for (let count = 0; count < 6; count++) await open(space);
    const refused = open(space);
    await expect(refused).rejects.toThrow("closed: 1013 topic full");
  });
});

describeNodes((start) => {
  test("tokens come by header, query or subprotocol, and are good for the spaces they name", async () => {
    await using server = await start([], {
      JWT_SECRET: secret,
      AUTH: "required",
      AUTH_PROTOCOLS: "gst",
    });
    const { url } = server;
    const token = await sign({ sub: "ann", rooms: ["lab-*"] });
    const byHeader = { headers: { Authorization: `Bearer ${token}` } };
    const camera = await GstClient.open(url, "lab-1", byHeader);
    await camera.say(setStatus(["producer"]));
    const viewer = await GstClient.open(url, `lab-1?token=${token}`);
    expect(await viewer.say({ type: "list" })).toEqual([told.list([camera, "null"])]);
    const bySubprotocol = { headers: { "Sec-WebSocket-Protocol": `bearer, ${token}` } };
    await GstClient.open(url, "lab-2", bySubprotocol);
    const refusals = [
      ["lab-1", undefined, "token missing"],
      ["lab-1", { headers: { Authorization: "Bearer x" } }, "token invalid"],
      ["office", byHeader, "room not allowed"],
      [undefined, byHeader, "room not allowed"],
    ] as const;
    for (const [space, options, reason] of refusals) {
      const path = space === undefined ? "/gst" : `/gst/${space}`;
      const socket = await RawSocket.open(url, path, options);
      expect([await socket.rest(), await socket.closed]).toEqual([[], { code: 1008, reason }]);
    }
  });
});

testNodes(
  "a producer that shows no sign of life is gone, with its sessions",
  async (start) => {
    await using server = await start([], { PING_SECONDS: "1", SILENT_SECONDS: "3" });
    const space = freshSpace();
    const viewer = await GstClient.as(server.url, space, ["listener"]);
    const camera = await GstClient.open(server.url, space, { answersPings: false });
    camera.send(setStatus(["producer"], "camera"));
    await viewer.heard();
    while (!(await viewer.say({ type: "list" })).join().includes(camera.id));
    const session = await viewer.start(camera);
    expect(await camera.socket.closed).toEqual({ code: 1001, reason: "no sign of life" });
    const heard: string[] = [];
    while (heard.length < 2) heard.push(await viewer.next());
    expect(heard).toEqual([told.endSession(session), told.status(camera, [], '"camera"')]);
  },
  30_000,
);

test("who sends a message that is too large reads so, and is closed with 1009", async () => {
  await using server = await ServerProcess.start([], { GST_MAX_FRAME_BYTES: "1024" });
  const peer = await GstClient.open(server.url, undefined);
  peer.send({ type: "list", more: "x".repeat(1024) });
  expect(await peer.next()).toBe(told.error("Message over 1024 bytes"));
  expect(await peer.socket.closed).toEqual({ code: 1009, reason: "message too large" });
});

test("a message in bytes is read like text, and bad input ends no socket", async () => {
  await using server = await ServerProcess.start();
  const peer = await GstClient.open(server.url, undefined);
  peer.socket.sendBinary('{"type":"setPeerStatus","roles":["listener"]}');
  expect(await peer.heard()).toEqual([told.status(peer, ["listener"])]);
  peer.socket.sendFrame({ opcode: opcodes.binary, payload: "{" });
  expect(await peer.heard()).toEqual([]);
  const line = await server.logged(({ msg }) => msg.startsWith("messages that GStreamer"));
  expect(line).toMatchObject({ protocol: "gst", count: 1, level: "warn" });
});

describeWith(redisProgram, "Redis")("when a node dies", () => {
  test("its producers are gone on the other, with their sessions", async () => {
    await using nodes = await TwoNodes.start([], { CLUSTER_LEASE_SECONDS: "2" });
    const space = freshSpace();
    const viewer = await GstClient.as(nodes.cluster.url(0), space, ["listener"]);
    const camera = await GstClient.as(nodes.cluster.url(1), space, ["producer"]);
    while (!(await viewer.next()).includes(camera.id));
    const session = await viewer.start(camera);
    nodes.cluster.nodes[1]!.signal("SIGKILL");
    await nodes.cluster.nodes[0]!.logged(({ msg }) => msg === logged.gone);
    expect(await viewer.next()).toBe(told.endSession(session));
    expect(await viewer.next()).toBe(told.status(camera, []));
  }, 30_000);

  test("a session that was ended while Redis was away is over when it is back", async () => {
    await using nodes = await TwoNodes.start();
    const space = freshSpace();
    const camera = await GstClient.as(nodes.cluster.url(0), space, ["producer", "listener"]);
    const viewer = await GstClient.as(nodes.cluster.url(1), space, ["listener"]);
    while (!(await camera.next()).includes(viewer.id));
    const session = await viewer.start(camera);
    await camera.next();
    await nodes.cluster.redis.kill();
    for (const node of nodes.cluster.nodes) await node.logged(({ msg }) => msg === logged.alone);
    viewer.send({ type: "endSession", sessionId: session });
    await viewer.handled();
    await nodes.cluster.redis.restart();
    expect(await camera.next()).toBe(told.endSession(session));
  }, 30_000);
});
