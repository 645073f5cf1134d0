// Where the compiled binary does not do what the real PeerServer does: the whole list, and each by intent.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { freshId, heard, refusal, register, socketPath } from "../../support/peerjs-client.ts";
import { type PeerServer, type PeerServerKind, peerServers } from "../../support/peerjs-servers.ts";
import { request } from "../../support/raw-http.ts";
import { type End, RawSocket } from "../../support/raw-socket.ts";

const openFrame = '{"type":"OPEN"}';

/** What each of the two does. */
type Difference = Readonly<Record<PeerServerKind["name"], unknown>>;

describe.each(peerServers)("$title", ({ name, start }) => {
  let server: PeerServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** Expects of this server what is its own. */
  const expectOwn = (seen: unknown, difference: Difference): void => {
    expect(seen).toEqual(difference[name]);
  };

  test("takes an id over to a new socket with its token: with OPEN, and the old one is closed", async () => {
    const [id, ann] = [freshId(), freshId()];
    const old = await register(server.url, id);
    const annSocket = await register(server.url, ann);
    const fresh = await RawSocket.open(server.url, socketPath(id));
    // A client of theirs reads no OPEN, whatever comes after: it never knows that it is back.
    const frames = await heard(fresh, id);
    annSocket.send(JSON.stringify({ type: "OFFER", dst: id, payload: 1 }));
    expect(await fresh.nextJson()).toEqual({ type: "OFFER", src: ann, dst: id, payload: 1 });
    const beside = await Promise.race([old.closed, heard(annSocket, ann)]);
    expectOwn([frames, beside], {
      signalbox: [[openFrame], { code: 4000, reason: "another socket has taken over this id" }],
      peer: [[], []],
    });
    // The end of the old socket frees nothing.
    old.destroy();
    await old.gone;
    expect(await refusal(server.url, socketPath(id, { token: "other" }))).toHaveLength(1);
  });

  test("says in the Close frame, too, why a client is refused", async () => {
    await using server = await start({ concurrentLimit: 1 });
    await register(server.url, "here");
    const paths = [
      "/peerjs",
      socketPath("a", { key: "wrong" }),
      socketPath("here", { token: "wrong" }),
      socketPath("b"),
    ];
    const ends: End[] = [];
    for (const path of paths) ends.push(await (await RawSocket.open(server.url, path)).closed);
    const silent = { code: 1005, reason: "" };
    expectOwn(ends, {
      signalbox: [
        { code: 1008, reason: "No id, token, or key supplied to websocket server" },
        { code: 1008, reason: "Invalid key provided" },
        { code: 1008, reason: "ID is taken" },
        { code: 1013, reason: "Server has reached its concurrent user limit" },
      ],
      peer: [silent, silent, silent, silent],
    });
  });

  test("closes a socket that sends what is not JSON, and does not leave it unread for ever", async () => {
    await using server = await start({ aliveTimeout: 1000 });
    const texts = ["", "{", "OFFER", '{"type":"OFFER"}}', "{'type':'OFFER'}", '{"type":"OFFER",}'];
    const ends = texts.map(async (text) => {
      const id = freshId();
      const socket = await register(server.url, id);
      socket.send(text);
      // It would come back, were it read.
      socket.send(JSON.stringify({ type: "OFFER", dst: id }));
      return [await socket.rest(), await socket.closed];
    });
    const own = {
      signalbox: [[], { code: 1007, reason: "not JSON" }],
      // By then it takes the client for gone.
      peer: [[], { code: 1005, reason: "" }],
    };
    expect(await Promise.all(ends)).toEqual(texts.map(() => own[name]));
  });

  test("refuses ids of more than 255 bytes", async () => {
    const socket = await RawSocket.open(server.url, socketPath("é".repeat(128)));
    expectOwn(await socket.next(), {
      signalbox: '{"type":"ERROR","payload":{"msg":"Id is longer than 255 bytes"}}',
      peer: openFrame,
    });
  });

  test("lists ids under its own key only", async () => {
    await using server = await start({ allowDiscovery: true });
    const { status, body } = await request(server.url, "GET", "/other/peers");
    expectOwn([status, body], { signalbox: [401, "Unauthorized"], peer: [200, "[]"] });
  });

  test("has a page for people where no path is set", async () => {
    const { headers } = await request(server.url, "GET", "/");
    expectOwn(headers["content-type"], {
      signalbox: "text/html; charset=utf-8",
      peer: "application/json; charset=utf-8",
    });
  });

  test("passes on numbers as they are written", async () => {
    const id = freshId();
    const socket = await register(server.url, id);
    const sent = '[1.0,12345678901234567890,1e3, "\\u0041"]';
    socket.send(`{"type":"OFFER","dst":"${id}","payload":${sent}}`);
    const payload = {
      signalbox: sent,
      peer: '[1,12345678901234567000,1000,"A"]',
    };
    expect(await socket.next()).toBe(
      `{"type":"OFFER","src":"${id}","dst":"${id}","payload":${payload[name]}}`,
    );
  });

  test("says nothing in the name of an id that was given up", async () => {
    const [ghost, ann] = [freshId(), freshId()];
    const ghostSocket = await register(server.url, ghost);
    const socket = await register(server.url, ann);
    ghostSocket.send('{"type":"LEAVE"}');
    ghostSocket.send(`{"type":"OFFER","dst":"${ann}"}`);
    // By the time that its Close frame is answered, all before it has been read.
    ghostSocket.close(1000);
    await ghostSocket.closed;
    expectOwn(await heard(socket, ann), {
      signalbox: [],
      peer: [`{"type":"OFFER","src":"${ghost}","dst":"${ann}"}`],
    });
  });

  test("takes any frame, and the answer to a ping, for a sign of life", async () => {
    await using server = await start({ aliveTimeout: 1500 });
    // Theirs looks at them in this order, and so has closed both once the mute one is.
    const answering = await register(server.url, "answering");
    const mute = await RawSocket.open(server.url, socketPath("mute"), { answersPings: false });
    expect(await mute.rest()).toEqual([openFrame]);
    answering.send('{"type":"OFFER","dst":"answering","payload":1}');
    expectOwn(await answering.next().catch(() => "closed"), {
      signalbox: '{"type":"OFFER","src":"answering","dst":"answering","payload":1}',
      peer: "closed",
    });
  });
});
