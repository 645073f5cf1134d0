// What passes between two PeerJS clients, over the compiled binary and over the real PeerServer.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { freshId, heard, register } from "../../support/peerjs-client.ts";
import { type PeerServer, peerServers } from "../../support/peerjs-servers.ts";
import type { RawSocket } from "../../support/raw-socket.ts";

describe.each(peerServers)("$title", ({ start }) => {
  let server: PeerServer;
  const [ann, bob] = [freshId(), freshId()];
  let annSocket: RawSocket;
  let bobSocket: RawSocket;

  beforeAll(async () => {
    server = await start();
    annSocket = await register(server.url, ann);
    bobSocket = await register(server.url, bob);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** What Bob and Ann read once Ann has sent a text. */
  async function after(text: string): Promise<readonly (readonly string[])[]> {
    annSocket.send(text);
    const answers = await heard(annSocket, ann);
    return [await heard(bobSocket, bob), answers];
  }

  const signed = (type: string, payload: string): string =>
    `{"type":"${type}","src":"${ann}","dst":"${bob}"${payload}}`;

  test.each(["OFFER", "ANSWER", "CANDIDATE", "LEAVE", "EXPIRE"])(
    "%s reaches its destination, signed with the sender's id, and nothing else of it",
    async (type) => {
      const payload = { sdp: { type: "offer", sdp: "v=0\r\n🚦" }, connectionId: "dc_1" };
      const text = { payload, dst: bob, extra: [1], type, src: bob, id: "x" };
      expect(await after(JSON.stringify(text))).toEqual([
        [signed(type, `,"payload":${JSON.stringify(payload)}`)],
        [],
      ]);
    },
  );

  test.each(["null", "0", '""', "[]", "{}", "false", '{"type":"OFFER","dst":"x","src":"y"}'])(
    "the payload %s arrives",
    async (payload) => {
      expect(await after(`{"type":"OFFER","dst":"${bob}","payload":${payload}}`)).toEqual([
        [signed("OFFER", `,"payload":${payload}`)],
        [],
      ]);
    },
  );

  test("a message without a payload has none", async () => {
    expect(await after(`{"type":"ANSWER","dst":"${bob}"}`)).toEqual([[signed("ANSWER", "")], []]);
  });

  test("messages arrive in the order in which they are sent", async () => {
    const payloads = Array.from({ length: 500 }, (_, index) => index);
    for (const payload of payloads)
      annSocket.send(JSON.stringify({ type: "CANDIDATE", dst: bob, payload }));
    await heard(annSocket, ann);
    expect(await heard(bobSocket, bob)).toEqual(
      payloads.map((payload) => signed("CANDIDATE", `,"payload":${payload}`)),
    );
  });

  test("a message in a binary frame is read too", async () => {
    annSocket.sendBinary(`{"type":"OFFER","dst":"${bob}"}`);
    expect(await heard(annSocket, ann)).toEqual([]);
    expect(await heard(bobSocket, bob)).toEqual([signed("OFFER", "")]);
  });

  describe("nobody hears of", () => {
    const nobody = freshId();
    const texts = [
      '{"type":"HEARTBEAT"}',
      `{"type":"HEARTBEAT","dst":"${bob}","payload":1}`,
      "{}",
      "[]",
      '["OFFER"]',
      `{"dst":"${bob}"}`,
      `{"type":null,"dst":"${bob}"}`,
      `{"type":"","dst":"${bob}"}`,
      `{"type":"offer","dst":"${bob}"}`,
      `{"type":"OPEN","dst":"${bob}"}`,
      `{"type":"ERROR","dst":"${bob}","payload":{"msg":"x"}}`,
      `{"type":"ID-TAKEN","dst":"${bob}"}`,
      `{"type":"INVALID-KEY","dst":"${bob}"}`,
      `{"type":"__proto__","dst":"${bob}"}`,
      `{"type":["OFFER"],"dst":"${bob}"}`,
      '{"type":"OFFER"}',
      '{"type":"OFFER","dst":""}',
      '{"type":"OFFER","dst":null}',
      `{"type":"OFFER","payload":{"dst":"${bob}"}}`,
      `{"type":"LEAVE","dst":"${nobody}"}`,
      `{"type":"EXPIRE","dst":"${nobody}"}`,
      '{"type":"EXPIRE"}',
      `{"type":"LEAVE","dst":["${bob}"]}`,
      '{"type":"LEAVE","dst":{}}',
    ];
    test.each(texts)("%s", async (text) => {
      expect(await after(text)).toEqual([[], []]);
    });
  });

  test("who leaves the server is not announced: data channels live on", async () => {
    const id = freshId();
    const socket = await register(server.url, id);
    socket.send(`{"type":"OFFER","dst":"${bob}","payload":1}`);
    await heard(socket, id);
    socket.close(1000);
    await socket.gone;
    expect(await heard(bobSocket, bob)).toEqual([
      `{"type":"OFFER","src":"${id}","dst":"${bob}","payload":1}`,
    ]);
    expect(await heard(bobSocket, bob)).toEqual([]);
  });

  test.each(['{"type":"LEAVE"}', '{"type":"LEAVE","dst":""}', '{"type":"LEAVE","dst":null}'])(
    "%s gives up the id, which another may take then",
    async (text) => {
      const id = freshId();
      const socket = await register(server.url, id, { token: "one" });
      socket.send(text);
      // Its own message to itself waits now; the one to Bob tells that all was read.
      for (;;) {
        const other = await register(server.url, id, { token: "two" }).catch(String);
        if (typeof other !== "string") break;
        expect(other).toContain("ID-TAKEN");
      }
    },
  );
});
