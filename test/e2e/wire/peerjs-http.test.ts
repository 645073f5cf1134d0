// What PeerJS clients ask for by HTTP, of the compiled binary and of the real PeerServer.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { freshId, refusal, register } from "../../support/peerjs-client.ts";
import { type PeerServer, peerServers } from "../../support/peerjs-servers.ts";
import { request } from "../../support/raw-http.ts";
import { upgradeHeaders } from "../../support/raw-upgrade.ts";

const uuid4 = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
const origin = "https://app.example";

describe.each(peerServers)("$title", ({ start }) => {
  let server: PeerServer;
  let elsewhere: PeerServer;

  beforeAll(async () => {
    [server, elsewhere] = await Promise.all([
      start(),
      start({ path: "/my/app", key: "our key", allowDiscovery: true }),
    ]);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await elsewhere[Symbol.asyncDispose]();
  });

  test.each(["", "?ts=17.5&version=1.5.5", "?id=mine&key=other"])(
    "a fresh id is the whole body, whatever the query: %j",
    async (query) => {
      const ask = () => request(server.url, "GET", `/peerjs/id${query}`, { Origin: origin });
      const [one, other] = await Promise.all([ask(), ask()]);
      expect(one).toMatchObject({
        status: 200,
        headers: {
          "content-type": "text/html; charset=utf-8",
          "access-control-allow-origin": origin,
        },
        body: expect.stringMatching(uuid4),
      });
      expect(other.body).not.toBe(one.body);
    },
  );

  test.each(["wrong", "PEERJS", "our%20key", "%F0%9F%90%99", "peerjs%2F"])(
    "a client with the wrong key %j gets an id, and reads on its socket that the key is wrong",
    async (key) => {
      const { status, headers, body } = await request(server.url, "GET", `/${key}/id?ts=1`, {
        Origin: origin,
      });
      expect([status, headers["access-control-allow-origin"], body]).toEqual([
        200,
        origin,
        expect.stringMatching(uuid4),
      ]);
      const path = `/peerjs?key=${key}&id=${body}&token=t&version=1.5.5`;
      expect(await refusal(server.url, path)).toEqual([
        '{"type":"ERROR","payload":{"msg":"Invalid key provided"}}',
      ]);
    },
  );

  test.each(["peerjs", "wrong"])(
    "ids are not listed where that is not allowed, under the key %j",
    async (key) => {
      expect(await request(server.url, "GET", `/${key}/peers`, { Origin: origin })).toMatchObject({
        status: 401,
        headers: { "access-control-allow-origin": origin },
        body: "Unauthorized",
      });
    },
  );

  test("ids are listed where that is allowed, as long as somebody holds them", async () => {
    const credentials = { path: "/my/app/", key: "our key" };
    const list = async () => {
      const answer = await request(elsewhere.url, "GET", "/my/app/our%20key/peers", {
        Origin: origin,
      });
      expect(answer).toMatchObject({
        status: 200,
        headers: {
          "content-type": "application/json; charset=utf-8",
          "access-control-allow-origin": origin,
        },
      });
      return JSON.parse(answer.body);
    };
    expect(await list()).toEqual([]);
    const one = await register(elsewhere.url, "Ada Lovelace", credentials);
    await register(elsewhere.url, "b-2", credentials);
    expect(await list()).toEqual(["Ada Lovelace", "b-2"]);
    one.close(1000);
    await one.gone;
    expect(await list()).toEqual(["b-2"]);
  });

  test.each(["/peerjs/id/", "/PeerJS/ID", "/peerjs/Id/", "/peerjs//id"])(
    "a fresh id is also at %s, as Express has it",
    async (path) => {
      expect(await request(server.url, "GET", path)).toMatchObject({
        status: 200,
        body: expect.stringMatching(uuid4),
      });
    },
  );

  test("ids are also listed at other spellings of the path", async () => {
    for (const path of ["/my/app/our%20key/peers/", "/MY/App/our%20key/Peers"])
      expect(await request(elsewhere.url, "GET", path)).toMatchObject({ status: 200 });
    expect(await request(server.url, "GET", "/peerjs/peers/")).toMatchObject({ status: 401 });
  });

  test("a right upgrade at an address of plain HTTP opens no socket", async () => {
    const { status } = await request(server.url, "GET", "/peerjs/id", upgradeHeaders);
    expect(status).toBeWithin(400, 405);
  });

  test.each(["/my/app/", "/my/app", "/My/App"])("%s tells what is there", async (path) => {
    const { status, headers, body } = await request(elsewhere.url, "GET", path, {
      Origin: origin,
    });
    expect({ status, type: headers["content-type"], said: JSON.parse(body) }).toEqual({
      status: 200,
      type: "application/json; charset=utf-8",
      said: {
        name: "PeerJS Server",
        description: "A server side element to broker connections between PeerJS clients.",
        website: "https://peerjs.com/",
      },
    });
  });

  test.each(["/peerjs", `/peerjs?key=peerjs&id=${freshId()}&token=t`, "/peerjs/ids", "/id"])(
    "%s without an upgrade is not found",
    async (path) => {
      expect(await request(server.url, "GET", path)).toMatchObject({ status: 404 });
    },
  );

  test.each(["/peerjs/peerjs", "/my/app/id", "/peerjs/id"])(
    "%s is not found under another path",
    async (path) => {
      expect(await request(elsewhere.url, "GET", path)).toMatchObject({ status: 404 });
    },
  );
});
