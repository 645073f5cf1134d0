// Where y-webrtc's clients may connect. Its own server takes any path; this one takes its own, with slashes too many.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { describeWith } from "../../support/missing.ts";
import { request } from "../../support/raw-http.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { ReferenceServer } from "../../support/y-webrtc-client.ts";

interface Server extends AsyncDisposable {
  readonly url: URL;
}

const servers: readonly (readonly [string, () => Promise<Server>])[] = [
  ["signalbox", () => ServerProcess.start()],
  ["y-webrtc's own server", () => ReferenceServer.start()],
];

describeWith(Bun.which("node"), "Node")("y-webrtc", () => {
  describe.each(servers)("at %s", (_name, start) => {
    let server: Server;

    beforeAll(async () => {
      server = await start();
    });
    afterAll(() => server[Symbol.asyncDispose]());

    test.each(["/signal", "/signal/", "//signal", "/signal//", "//signal/?a=b", "/", "//"])(
      "is spoken at an upgrade of %s",
      async (path) => {
        const socket = await RawSocket.open(server.url, path);
        socket.send('{"type":"ping"}');
        expect(await socket.next()).toBe('{"type":"pong"}');
      },
    );

    test.each(["/signal", "/signal/", "//signal//"])(
      "says okay to a plain GET of %s",
      async (path) => {
        expect(await request(server.url, "GET", path)).toMatchObject({
          status: 200,
          body: expect.stringContaining("okay"),
        });
      },
    );
  });
});
