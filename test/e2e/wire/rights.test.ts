// Rights where a message is more than a message: sessions of GStreamer, calls that wait for a PeerJS peer, tokens that
// are renewed in a room, offers to a swarm. On one node, and with every two clients on different ones.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { AyameClient, freshAyameRoom } from "../../support/ayame-client.ts";
import { textsSoFar } from "../../support/fence.ts";
import { freshSpace, GstClient, told } from "../../support/gst-client.ts";
import { freshId, heard, register } from "../../support/peerjs-client.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { addresses, errorIn, freshRoom, RoomClient, settle } from "../../support/room-client.ts";
import { heardWhenSettled, settled } from "../../support/settled.ts";
import { secret, sign } from "../../support/tokens.ts";
import { announce, binary, offers } from "../../support/tracker-frames.ts";
import { describeNodes, type OurServer } from "../../support/two-nodes.ts";

type Claims = Readonly<Record<string, unknown>>;

describeNodes((start) => {
  let server: OurServer;

  beforeAll(async () => {
    // What waits for a PeerJS peer does so for as long as the tests take.
    server = await start([], {
      JWT_SECRET: secret,
      AUTH: "required",
      PEERJS_EXPIRE_TIMEOUT: "3600000",
    });
  });

  afterAll(() => server[Symbol.asyncDispose]());

  const at = async (path: string, claims: Claims): Promise<RawSocket> =>
    RawSocket.open(server.url, `${path}?token=${await sign(claims)}`);

  const inSpace = async (space: string, roles: readonly string[], claims: Claims) => {
    const client = await GstClient.welcomed(await at(`/gst/${space}`, claims));
    await client.say({ type: "setPeerStatus", roles });
    return client;
  };

  test("nobody begins a session with a GStreamer peer that it may not reach", async () => {
    const space = freshSpace();
    const camera = await inSpace(space, ["producer"], { role: "host" });
    const other = await inSpace(space, ["producer"], { role: "viewer" });
    const viewer = await inSpace(space, [], { role: "viewer", to: ["host"] });
    const refused = `Your token does not allow sessions with the peer '${other.id}'`;
    expect(await viewer.say({ type: "startSession", peerId: other.id })).toEqual([
      told.error(refused),
    ]);
    const session = await viewer.start(camera);
    expect([await camera.heard(), await other.heard()]).toEqual([
      [told.startSession(viewer, session)],
      [],
    ]);
  });

  test("a session ends for both if one may not answer, without a word of who may not", async () => {
    const space = freshSpace();
    const camera = await inSpace(space, ["producer"], { can: [] });
    const viewer = await inSpace(space, [], {});
    camera.send({ type: "setProtocolVersion", version: "v1_1" });
    const session = await viewer.start(camera);
    await camera.heard();
    const sdp = { type: "peer", sessionId: session, sdp: { type: "offer", sdp: "v=0" } };
    expect(await camera.say(sdp)).toEqual([told.endSession(session)]);
    expect(await viewer.heard()).toEqual([told.endSession(session)]);
  });

  test("a call that waits for a PeerJS peer expires if it may not reach who then comes", async () => {
    const [caller, viewer, host] = [freshId(), freshId(), freshId()];
    const come = async (id: string, claims: Claims) =>
      register(server.url, id, { token: await sign({ sub: id, ...claims }) });
    const socket = await come(caller, { to: ["host"] });
    for (const dst of [viewer, host]) socket.send(JSON.stringify({ type: "OFFER", dst }));
    expect(await heard(socket, caller)).toEqual([]);
    const hosts = await come(host, { role: "host" });
    expect(await heard(hosts, host)).toEqual([
      `{"type":"OFFER","src":"${caller}","dst":"${host}"}`,
    ]);
    const viewers = await come(viewer, { role: "viewer" });
    expect(await heard(viewers, viewer)).toEqual([]);
    expect(await heard(socket, caller)).toEqual([
      `{"type":"EXPIRE","src":"${viewer}","dst":"${caller}"}`,
    ]);
  });

  test("a fresh token brings its role and rights into a room, and takes the old ones away", async () => {
    const [here] = addresses;
    const room = freshRoom();
    const enter = (user: string, claims: Claims) =>
      RoomClient.open(server.url, here, room, user, { claims });
    const ann = await enter("ann", { role: "host", to: ["host"] });
    const bob = await enter("bob", { role: "viewer", can: ["signal"] });
    await settle(ann, bob);
    const offer = (to: string) => ({ type: "offer", payload: { target_user_id: to } });
    const renew = async (client: RoomClient, claims: Claims) => {
      const token = await sign({ sub: client.user, ...claims });
      client.send({ type: "token", payload: { token } });
      expect(await client.heard()).toEqual([]);
    };
    const refused = (details: object) =>
      errorIn(room, "FORBIDDEN", "your token does not allow this", details);
    const tries = async (client: RoomClient, message: object) => {
      client.send(message);
      return await client.heard();
    };
    expect(await tries(ann, offer("bob"))).toEqual([refused({ target_user_id: "bob" })]);
    await renew(bob, { role: "host", can: ["signal"] });
    expect(await tries(ann, offer("bob"))).toEqual([]);
    expect((await bob.heard()).length).toBe(1);
    await renew(bob, { can: ["broadcast"] });
    expect(await tries(ann, offer("bob"))).toEqual([refused({ target_user_id: "bob" })]);
    expect(await tries(bob, offer("ann"))).toEqual([refused({ target_user_id: "ann" })]);
    expect(await tries(bob, { type: "chat_message", payload: {} })).toEqual([]);
    expect((await ann.heard()).length).toBe(1);
    await renew(ann, { role: "host" });
    expect(await tries(ann, offer("bob"))).toEqual([]);
  });

  test("offers pass to those of a swarm that their sender may reach", async () => {
    const enter = async (swarm: string, peer: string, claims: Claims) => {
      const socket = await at("/tracker", claims);
      socket.send(JSON.stringify(announce(swarm, peer, { left: 1 })));
      await socket.next();
      await settled(server.url);
      return socket;
    };
    const failure = (swarm: string) =>
      `{"action":"announce","failure reason":"not allowed by the token","info_hash":"${binary(swarm)}"}`;
    for (const [role, isReached] of [
      ["host", true],
      ["viewer", false],
    ] as const) {
      const swarm = `swarm of ${role}`;
      const member = await enter(swarm, "member", { role });
      const viewer = await enter(swarm, "viewer", { to: ["host"] });
      viewer.send(JSON.stringify(announce(swarm, "viewer", { left: 1, offers: offers(3) })));
      await viewer.next();
      const heardBy = (one: RawSocket) => heardWhenSettled(server.url, () => textsSoFar(one));
      const failures = await heardBy(viewer);
      expect(failures).toEqual(isReached ? [] : [failure(swarm)]);
      expect((await heardBy(member)).length).toBe(isReached ? 1 : 0);
    }
  });

  test("in a room of two of Ayame an offer passes to one that its sender may reach", async () => {
    for (const [role, reached] of [
      ["host", 1],
      ["viewer", 0],
    ] as const) {
      const roomId = freshAyameRoom();
      const enter = async (clientId: string, claims: Claims) => {
        const path = `/signaling?token=${await sign(claims)}`;
        const client = await AyameClient.open(server.url, path);
        client.send({ type: "register", roomId, clientId });
        // Once its token is verified.
        expect(JSON.parse(await client.socket.next())).toMatchObject({ type: "accept" });
        return client;
      };
      const member = await enter("member", { role });
      const viewer = await enter("viewer", { to: ["host"] });
      viewer.send({ type: "offer", sdp: "v=0" });
      // The protocol has no word for what is not allowed.
      expect(await viewer.heard()).toEqual([]);
      expect(await member.heard()).toHaveLength(reached);
    }
  });
});
