// Who gets an id and who does not, from the compiled binary and from the real PeerServer.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { freshId, heard, refusal, register, socketPath } from "../../support/peerjs-client.ts";
import { type PeerServer, peerServers } from "../../support/peerjs-servers.ts";

const missing =
  '{"type":"ERROR","payload":{"msg":"No id, token, or key supplied to websocket server"}}';
const invalidKey = '{"type":"ERROR","payload":{"msg":"Invalid key provided"}}';
const taken = '{"type":"ID-TAKEN","payload":{"msg":"ID is taken"}}';
const full = '{"type":"ERROR","payload":{"msg":"Server has reached its concurrent user limit"}}';

describe.each(peerServers)("$title", ({ start }) => {
  let server: PeerServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  describe("a client reads that something is missing", () => {
    const queries = [
      "",
      "?",
      "?key=peerjs&token=t",
      "?key=peerjs&id=a",
      "?id=a&token=t",
      "?key=&id=a&token=t",
      "?key=peerjs&id=&token=t",
      "?key=peerjs&id=a&token=",
      "?key=wrong&id=&token=t",
      "?KEY=peerjs&ID=a&TOKEN=t",
      "?key=peerjs&id=a&token=t&id=",
    ];
    test.each(queries)("after %j", async (query) => {
      expect(await refusal(server.url, `/peerjs${query}`)).toEqual([missing]);
    });
  });

  test("a wrong key is refused, also for an id that is taken", async () => {
    const id = freshId();
    await register(server.url, id);
    for (const key of ["wrong", "PEERJS", " peerjs"])
      expect(await refusal(server.url, socketPath(id, { key }))).toEqual([invalidKey]);
  });

  test.each(["a", "Ada Lovelace", "ünïcode 🚦", "__proto__", 'a"b\\c', "x".repeat(255)])(
    "the id %j is given, and is what others read",
    async (id) => {
      const socket = await register(server.url, id);
      socket.send(JSON.stringify({ type: "OFFER", dst: id, payload: null }));
      expect(await socket.nextJson()).toEqual({ type: "OFFER", src: id, dst: id, payload: null });
    },
  );

  test("of what a query says twice, the last counts", async () => {
    const [id, other] = [freshId(), freshId()];
    const socket = await register(server.url, `${other}&key=x&key=peerjs&id=${id}`);
    expect(await heard(socket, id)).toEqual([]);
  });

  test("the version is of no interest", async () => {
    const socket = await register(server.url, freshId(), { token: "t&version=0&version=" });
    socket.close(1000);
    expect(await socket.rest()).toEqual([]);
  });

  test("another token does not get the id, and its holder hears nothing of it", async () => {
    const id = freshId();
    const holder = await register(server.url, id, { token: "right" });
    for (const token of ["wrong", "Right", "right "])
      expect(await refusal(server.url, socketPath(id, { token }))).toEqual([taken]);
    expect(await heard(holder, id)).toEqual([]);
  });

  test("an id is free for anybody once its holder has gone", async () => {
    const id = freshId();
    const first = await register(server.url, id, { token: "one" });
    first.close();
    await first.gone;
    const second = await register(server.url, id, { token: "two" });
    second.destroy();
    await second.gone;
    // The server learns of a reset in its own time: it may refuse until then.
    for (;;) {
      const socket = await register(server.url, id, { token: "three" }).catch(String);
      if (typeof socket !== "string") break;
      expect(socket).toContain(taken);
    }
  });

  test("a client over the limit is refused, after those that are refused anyway", async () => {
    await using small = await start({ concurrentLimit: 1 });
    const holder = await register(small.url, "one");
    expect([
      await refusal(small.url, "/peerjs?key=peerjs"),
      await refusal(small.url, socketPath("two", { key: "wrong" })),
      await refusal(small.url, socketPath("one", { token: "wrong" })),
      await refusal(small.url, socketPath("two")),
    ]).toEqual([[missing], [invalidKey], [taken], [full]]);
    holder.close(1000);
    await holder.gone;
    await register(small.url, "two");
  });

  test("a key of one's own is asked for in place of the usual one", async () => {
    await using own = await start({ key: "our key", path: "/deep/er" });
    const path = "/deep/er/";
    await register(own.url, "a", { path, key: "our key" });
    expect(await refusal(own.url, socketPath("b", { path }))).toEqual([invalidKey]);
  });
});
