// Sessions of GStreamer peers: how they begin, what passes in them, and how they end. All on one node, and with
// every two clients on different ones. The cases are those of the tests of GStreamer's own server, and more.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { freshSpace, GstClient, told } from "../../support/gst-client.ts";
import { type AnyServer, describeNodes } from "../../support/two-nodes.ts";

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const nobody = "11111111-2222-4333-8444-555555555555";

describeNodes((start) => {
  let server: AnyServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const open = (space: string) => GstClient.open(server.url, space);
  const as = (space: string, roles: readonly string[]) => GstClient.as(server.url, space, roles);
  const setStatus = (roles: readonly string[]) => ({ type: "setPeerStatus", roles });
  const startWith = (peerId: string, offer?: unknown) => ({ type: "startSession", peerId, offer });
  const endSession = (sessionId: string) => ({ type: "endSession", sessionId });
  const sdp = (sessionId: string, type: string) =>
    JSON.stringify({ type: "peer", sessionId, sdp: { type, sdp: "v=0\r\n" } });
  const ice = (sessionId: string) =>
    JSON.stringify({ type: "peer", sessionId, ice: { candidate: "c", sdpMLineIndex: 42 } });

  /** A producer and a consumer in a session, and somebody else in their space. */
  async function meet(versions: readonly [string, string] = ["v1_0", "v1_0"]) {
    const space = freshSpace();
    const [camera, viewer] = [await open(space), await open(space)];
    camera.send({ type: "setProtocolVersion", version: versions[0] });
    viewer.send({ type: "setProtocolVersion", version: versions[1] });
    await camera.say(setStatus(["producer"]));
    const third = await open(space);
    const session = await viewer.start(camera);
    expect(await camera.heard()).toEqual([told.startSession(viewer, session)]);
    return { space, camera, viewer, third, session };
  }

  test("a consumer begins a session with a producer, with an offer or without", async () => {
    const space = freshSpace();
    const [camera, viewer] = [await as(space, ["producer"]), await open(space)];
    const sessions: string[] = [];
    for (const offer of [undefined, null, "v=0\r\no=- é"]) {
      const [text = ""] = await viewer.say(startWith(camera.id, offer));
      const { sessionId } = JSON.parse(text);
      expect(sessionId).toMatch(uuid);
      expect(text).toBe(told.sessionStarted(camera, sessionId));
      const shown = JSON.stringify(offer ?? null);
      expect(await camera.heard()).toEqual([told.startSession(viewer, sessionId, shown)]);
      sessions.push(sessionId);
    }
    expect(new Set(sessions).size).toBe(3);
  });

  test("a producer begins a session with a passive consumer", async () => {
    const space = freshSpace();
    const [screen, camera] = [await as(space, ["consumer"]), await as(space, ["producer"])];
    const [text = ""] = await camera.say(startWith(screen.id));
    const { sessionId } = JSON.parse(text);
    expect([text, await screen.heard()]).toEqual([
      told.startSession(screen, sessionId),
      [told.sessionStarted(camera, sessionId)],
    ]);
    const offer = sdp(sessionId, "offer");
    expect([await camera.say(offer), await screen.heard()]).toEqual([[], [offer]]);
  });

  test("a peer may begin a session with itself", async () => {
    const camera = await as(freshSpace(), ["producer"]);
    const [started = "", start] = await camera.say(startWith(camera.id));
    const { sessionId } = JSON.parse(started);
    expect([started, start]).toEqual([
      told.sessionStarted(camera, sessionId),
      told.startSession(camera, sessionId),
    ]);
    const answer = sdp(sessionId, "answer");
    expect(await camera.say(answer, endSession(sessionId), endSession(sessionId))).toEqual([
      answer,
      told.endSession(sessionId),
    ]);
  });

  test("what begins no session is refused with an error", async () => {
    const space = freshSpace();
    const [one, other] = [await open(space), await as(space, ["listener"])];
    const gone = await as(space, ["producer"]);
    await gone.leave();
    const elsewhere = await as(freshSpace(), ["producer"]);
    const ids = [other.id, one.id, nobody, gone.id, elsewhere.id, "", 'x"y', "__proto__"];
    const heard = await one.say(...ids.map((id) => startWith(id)));
    const missing = (id: string, roles: string) =>
      told.error(
        `Missing a producer or a consumer: id ${one.id} roles [], id ${id} roles [${roles}]`,
      );
    expect(heard).toEqual([
      missing(other.id, "listener"),
      missing(one.id, ""),
      ...ids.slice(2).map((id) => told.error(`Peer with ID '${id}' not found`)),
    ]);
    expect((await other.heard()).filter((text) => text.includes("ession"))).toEqual([]);
  });

  test("descriptions and candidates pass as they are written, and nobody else hears them", async () => {
    const { camera, viewer, third, session } = await meet();
    const fromCamera = [
      sdp(session, "offer"),
      ` {"sdp" : {"sdp":"v=0 \\u00e9","type":"offer", "n":1.0},"sessionId":"${session}","type":"peer","more":[1e2]}`,
      ice(session),
      `{"type":"peer","sessionId":"${session}","ice":{"candidate":"","sdpMLineIndex":0,"sdpMid":"0","usernameFragment":"ab"}}`,
    ];
    const fromViewer = [sdp(session, "answer"), ice(session)];
    await camera.say(...fromCamera);
    const heard = await viewer.say(...fromViewer);
    expect([heard, await camera.heard(), await third.heard()]).toEqual([
      fromCamera,
      fromViewer,
      [],
    ]);
  });

  test("messages of one session come in the order in which they were sent", async () => {
    const { camera, viewer, session } = await meet();
    const texts = Array.from({ length: 200 }, (_, n) =>
      JSON.stringify({
        type: "peer",
        sessionId: session,
        ice: { candidate: "", sdpMLineIndex: n },
      }),
    );
    await camera.say(...texts);
    expect(await viewer.heard()).toEqual(texts);
  });

  test("an offer of the consumer is refused, and the session goes on", async () => {
    const { camera, viewer, session } = await meet();
    const refusal = `cannot forward offer from "${viewer.id}" to "${camera.id}" as "${viewer.id}" is not the producer`;
    expect(await viewer.say(sdp(session, "offer"))).toEqual([told.error(refusal)]);
    await viewer.say(sdp(session, "answer"));
    expect(await camera.heard()).toEqual([sdp(session, "answer")]);
  });

  test("who is no part of a session can neither talk in it nor end it", async () => {
    const { camera, viewer, third, session } = await meet();
    const refusal = told.error(`Peer ${third.id} is not part of ${session}`);
    const attempts = [
      sdp(session, "offer"),
      sdp(session, "answer"),
      ice(session),
      endSession(session),
      { type: "endSessionV1_1", sessionId: session, error: null },
    ];
    expect(await third.say(...attempts)).toEqual(attempts.map(() => refusal));
    expect([await camera.heard(), await viewer.heard()]).toEqual([[], []]);
  });

  test("a session is unknown in another space", async () => {
    const { camera, session } = await meet();
    const stranger = await open(freshSpace());
    expect(await stranger.say(ice(session), endSession(session))).toEqual([]);
    expect(await camera.heard()).toEqual([]);
  });

  test("messages of unknown sessions are ignored", async () => {
    const peer = await open(freshSpace());
    const texts = [
      sdp(nobody, "offer"),
      ice(nobody),
      endSession(nobody),
      sdp("__proto__", "offer"),
    ];
    expect(await peer.say(...texts)).toEqual([]);
  });

  describe.each(["the producer", "the consumer"])("a session that %s ends", (who) => {
    test("is over for the other side, once", async () => {
      const { camera, viewer, session } = await meet();
      const [one, other] = who === "the producer" ? [camera, viewer] : [viewer, camera];
      expect(await one.say(endSession(session), endSession(session))).toEqual([]);
      // Both sides often end it.
      expect(await other.say(endSession(session), ice(session))).toEqual([
        told.endSession(session),
      ]);
      expect(await one.heard()).toEqual([]);
    });

    test("by leaving is over before the others hear that it has left", async () => {
      const { space, camera, viewer, session } = await meet();
      const [one, other] = who === "the producer" ? [camera, viewer] : [viewer, camera];
      const roles = other === camera ? ["producer", "listener"] : ["listener"];
      await other.say(setStatus(roles));
      const late = await other.start(await as(space, ["producer"]));
      await other.heard();
      await one.leave();
      expect(await other.heard()).toEqual([told.endSession(session), told.status(one, [])]);
      expect(await other.say(endSession(late))).toEqual([]);
    });
  });

  test("a producer that is one no more ends the sessions that it produces, and no others", async () => {
    const { space, camera, viewer, session } = await meet();
    await viewer.say(setStatus(["listener"]));
    const other = await as(space, ["producer"]);
    const own = await camera.start(other);
    await viewer.heard();
    await other.heard();
    expect(await camera.say(setStatus(["listener"]))).toEqual([told.status(camera, ["listener"])]);
    expect(await viewer.heard()).toEqual([
      told.endSession(session),
      told.status(camera, ["listener"]),
    ]);
    await camera.say(sdp(own, "answer"));
    expect(await other.heard()).toEqual([sdp(own, "answer")]);
  });

  test("a passive consumer that is one no more ends the sessions that it consumes", async () => {
    const space = freshSpace();
    const [screen, camera] = [await as(space, ["consumer"]), await as(space, ["producer"])];
    const session = await camera.start(screen);
    await screen.say(setStatus([]));
    expect(await camera.heard()).toEqual([told.endSession(session)]);
  });

  test("another status ends no session", async () => {
    const { camera, viewer, session } = await meet();
    await camera.say(setStatus(["listener", "producer"]));
    await viewer.say(setStatus(["producer"]), setStatus([]));
    await camera.heard();
    expect(await viewer.heard()).toEqual([]);
    await viewer.say(ice(session));
    expect(await camera.heard()).toEqual([ice(session)]);
  });

  test("the version of the protocol is said first, or not at all", async () => {
    const space = freshSpace();
    const [one, other] = [await open(space), await open(space)];
    const version = (version: string) => ({ type: "setProtocolVersion", version });
    const late = (id: string) =>
      told.error(`Protocol version selection for peer '${id}' must be first message`);
    expect([
      await one.say("?", { type: "newPeer" }, version("v9_9"), version("v1_1"), version("v1_0")),
      await other.say({ type: "list" }, version("v1_1")),
    ]).toEqual([[late(one.id)], [told.list(), late(other.id)]]);
  });

  test("peers of version 1.1 are told of ends with an error, or none", async () => {
    const error = { type: "endSessionV1_1", error: 'no "codec" é' };
    const { camera, viewer, session } = await meet(["v1_1", "v1_1"]);
    await viewer.say({ ...error, sessionId: session });
    expect(await camera.heard()).toEqual([
      told.endSessionV1_1(session, JSON.stringify(error.error)),
    ]);
    const ends = [
      { type: "endSession" },
      { type: "endSessionV1_1" },
      { type: "endSessionV1_1", error: null },
    ];
    for (const end of ends) {
      const next = await viewer.start(camera);
      await camera.heard();
      await camera.say({ ...end, sessionId: next });
      expect(await viewer.heard()).toEqual([told.endSessionV1_1(next)]);
    }
    const last = await viewer.start(camera);
    await viewer.leave();
    expect((await camera.heard()).at(-1)).toBe(told.endSessionV1_1(last));
  });

  test("peers of different versions are each told in their own", async () => {
    const { camera, viewer, session } = await meet(["v1_0", "v1_1"]);
    await viewer.say({ type: "endSessionV1_1", sessionId: session, error: "gone" });
    expect(await camera.heard()).toEqual([told.endSession(session)]);
    const next = await viewer.start(camera);
    await camera.say({ type: "endSessionV1_1", sessionId: next });
    expect(await viewer.heard()).toEqual([told.endSessionV1_1(next)]);
  });

  test("an error from a peer of version 1.0 ends the session, of which the other hears nothing", async () => {
    const { camera, viewer, session } = await meet(["v1_1", "v1_0"]);
    const refusal = `Invalid end session message with error from peer '${viewer.id}', minimum protocol version is 1.1`;
    const end = { type: "endSessionV1_1", sessionId: session, error: "gone" };
    expect(await viewer.say(end, end)).toEqual([told.error(refusal)]);
    expect(await camera.say(ice(session), endSession(session))).toEqual([]);
    expect(await viewer.heard()).toEqual([]);
  });
});
