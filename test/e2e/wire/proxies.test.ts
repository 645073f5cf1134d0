// Behind real proxies, with the configurations that the project ships: whose limits a client has, how long it may be
// silent, and where it goes when a node is stopped.

import { expect, test } from "bun:test";
import { haproxy, haproxyProgram } from "../../support/haproxy.ts";
import { describeWith } from "../../support/missing.ts";
import { nginx, nginxProgram } from "../../support/nginx.ts";
import { ProxyProcess } from "../../support/proxy-process.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { freshTopic } from "../../support/topic-client.ts";

const proxies = [
  ["nginx", nginxProgram, nginx],
  ["HAProxy", haproxyProgram, haproxy],
] as const;

/** Status of the answer to an upgrade; 101 if it was accepted. */
async function statusFor(url: URL, from: string, headers = {}): Promise<number> {
  const socket = RawSocket.begin(url, `/ws/${freshTopic()}`, { from, headers });
  await socket.opened.catch(() => undefined);
  return socket.handshake.status;
}

for (const [name, program, kind] of proxies)
  describeWith(program, name)(`behind ${name}`, () => {
    test.concurrent("each client has the limits of its address, whatever it says that it is", async () => {
      const trusted = { TRUSTED_PROXIES: "127.0.0.1/32", CONNECTIONS_PER_ADDRESS: "2" };
      await using server = await ServerProcess.start([], trusted);
      await using proxy = await ProxyProcess.start(kind, [server.url]);
      const from = (address: string, headers = {}) => statusFor(proxy.url, address, headers);
      expect([await from("127.0.0.2"), await from("127.0.0.2")]).toEqual([101, 101]);
      const forged = { "X-Forwarded-For": "192.0.2.1", Forwarded: "for=192.0.2.2" };
      expect([await from("127.0.0.2"), await from("127.0.0.2", forged)]).toEqual([429, 429]);
      expect(await from("127.0.0.3")).toBe(101);
    });

    test.concurrent("a silent client stays for longer than the proxy waits, as the server pings it", async () => {
      const environment = { PING_SECONDS: "1", SILENT_SECONDS: "4" };
      await using server = await ServerProcess.start([], environment);
      await using proxy = await ProxyProcess.start(kind, [server.url], 3);
      const path = `/ws/${freshTopic()}`;
      const silent = await RawSocket.open(proxy.url, path);
      const dead = await RawSocket.open(proxy.url, path, { answersPings: false });
      // The server ends it after four seconds; the proxy would have after three.
      expect((await dead.closed).code).toBe(1001);
      silent.send("{}");
      for (;;) if ((await silent.next()).includes('"type":"error"')) break;
    });

    test.concurrent("whose node is stopped is told to come back, and comes to another one", async () => {
      await using stopping = await ServerProcess.start();
      await using staying = await ServerProcess.start();
      await using proxy = await ProxyProcess.start(kind, [stopping.url, staying.url]);
      const sockets = await Promise.all(
        Array.from({ length: 6 }, () => RawSocket.open(proxy.url, `/ws/${freshTopic()}`)),
      );
      stopping.signal("SIGTERM");
      const ended = await Promise.race(sockets.map(({ closed }) => closed));
      expect(ended.code).toBe(1012);
      do await RawSocket.open(proxy.url, `/ws/${freshTopic()}`);
      while ((await Promise.race([stopping.exited, Bun.sleep(20)])) === undefined);
      await RawSocket.open(proxy.url, `/ws/${freshTopic()}`);
    });
  });
