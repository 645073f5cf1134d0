// Close to the limit of open files: the server ends connections that have asked for nothing. Where those have asked for
// something, or speak TLS, it turns new clients away, keeps those it has, spends no time on connections that it cannot
// accept, and goes on by itself.

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { connect as connectByTls, type TLSSocket as TlsSocket } from "node:tls";
import { scrape } from "../../support/metrics.ts";
import { request } from "../../support/raw-http.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { ServerProcess } from "../../support/server-process.ts";

const files = 128;

/** More than there are files for. */
const silent = 300;

/** For certificates that the server makes itself. */
const trusting = { tls: { rejectUnauthorized: false } };

/** As many as make a broadcast a native publish. */
const listeners = 20;

const ending =
  "close to the limit of open files: connections that have asked for nothing are ended";
const enough = "there are open files again";
const short = "close to the limit of open files: new clients are refused until some have left";
const again = "there are open files again: new clients are let in";

/** Milliseconds of processor time that a process has taken. */
function processorMs(pid: number): number {
  const [, fields = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  const [user, system] = fields.split(" ").slice(11);
  return (Number(user) + Number(system)) * 10;
}

async function subscribe(url: URL): Promise<RawSocket> {
  const socket = await RawSocket.open(url, "/signal");
  socket.send('{"type":"subscribe","topics":["calls"]}');
  socket.send('{"type":"ping"}');
  await socket.next();
  return socket;
}

/** A connection that asks for nothing, or not for all of something. When it is ended, another one comes. */
class Silent {
  #socket: Socket | undefined;
  #isOver = false;
  #again: Timer | undefined;

  constructor({ port, hostname }: URL, text: string) {
    const open = (): void => {
      this.#socket = connect(Number(port), hostname)
        .on("error", () => undefined)
        .on("close", () => {
          if (!this.#isOver) this.#again = setTimeout(open, 10);
        });
      if (text !== "") this.#socket.write(text);
    };
    open();
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    clearTimeout(this.#again);
    this.#socket?.destroy();
  }
}

/** The kernel cannot tell that it asks for nothing: it has got the server's part of the handshake. */
const openByTls = ({ port, hostname }: URL): TlsSocket =>
  connectByTls({ port: Number(port), host: hostname, ...trusting.tls }).on(
    "error",
    () => undefined,
  );

/** By a connection of its own. */
const isHealthyByTls = (url: URL): Promise<boolean> =>
  fetch(`https://${url.host}/healthz`, { ...trusting, headers: { Connection: "close" } }).then(
    ({ status }) => status === 200,
    () => false,
  );

const prefix = ["/bin/sh", "-c", `ulimit -n ${files}; exec "$0" "$@"`];

test("connections that ask for nothing are ended where they take the last files, and nobody else", async () => {
  await using server = await ServerProcess.start([], {}, prefix);
  const says = (msg: string) => server.logged((line) => line.msg === msg);
  const { url } = server;
  const early = await Promise.all(Array.from({ length: listeners }, () => subscribe(url)));

  {
    using flood = new DisposableStack();
    for (let index = 0; index < silent; index++)
      flood.use(new Silent(url, index % 2 === 0 ? "" : "GET /healthz HTTP/1.1\r\nX-Slow: "));
    await says(ending);
    for (let asked = 0; asked < 10; asked++)
      expect(await request(url, "GET", "/healthz")).toMatchObject({ status: 200, body: "ok" });
    const late = await subscribe(url);
    late.send('{"type":"publish","topic":"calls","data":"to those of before"}');
    for (const socket of early)
      expect(JSON.parse(await socket.next())).toMatchObject({ data: "to those of before" });
  }
  const { ended } = await says(enough);
  expect(ended).toBeGreaterThan(0);
  expect((await scrape(server)).get("signalbox_unanswered_connections_total")).toBe(
    ended as number,
  );
  expect(server.log.some(({ msg }) => msg === short)).toBe(false);
});

/** Subscribes by TLS. */
class TlsListener {
  readonly #socket: WebSocket;
  readonly #received: string[] = [];
  #waiting: ((text: string) => void)[] = [];

  private constructor(url: URL) {
    this.#socket = new WebSocket(`wss://${url.host}/signal`, trusting);
    this.#socket.onmessage = ({ data }) => {
      const next = this.#waiting.shift();
      if (next === undefined) this.#received.push(data);
      else next(data);
    };
  }

  static async open(url: URL): Promise<TlsListener> {
    const listener = new TlsListener(url);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    listener.#socket.onopen = resolve;
    listener.#socket.onerror = () => reject(new Error("no connection"));
    await promise;
    listener.send('{"type":"subscribe","topics":["calls"]}');
    listener.send('{"type":"ping"}');
    await listener.next();
    return listener;
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  next(): Promise<string> {
    const text = this.#received.shift();
    if (text !== undefined) return Promise.resolve(text);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

test("where nobody can be ended, new clients are turned away until some have left", async () => {
  await using server = await ServerProcess.start(["--tls-self-signed"], {}, prefix);
  const says = (msg: string) => server.logged((line) => line.msg === msg);
  const { url } = server;
  const early = await Promise.all(Array.from({ length: listeners }, () => TlsListener.open(url)));

  const flood = Array.from({ length: silent }, () => openByTls(url));
  await says(short);
  // Those that were still on their way took the files of the spare one: it listens again a second later.
  while (!(await isHealthyByTls(url))) await Bun.sleep(50);
  const [startMs, start] = [processorMs(server.pid), performance.now()];
  for (let asked = 0; asked < 10; asked++) {
    expect(await isHealthyByTls(url)).toBe(true);
    await Bun.sleep(50);
  }
  const share = (processorMs(server.pid) - startMs) / (performance.now() - start);
  expect(share).toBeLessThan(0.4);
  expect(TlsListener.open(url)).rejects.toThrow("no connection");

  for (const socket of flood) socket.destroy();
  await says(again);
  const late = await TlsListener.open(url);
  late.send('{"type":"publish","topic":"calls","data":"to those of before"}');
  for (const socket of early)
    expect(JSON.parse(await socket.next())).toMatchObject({ data: "to those of before" });
  early[0]?.send('{"type":"publish","topic":"calls","data":"to the newcomer"}');
  expect(JSON.parse(await late.next())).toMatchObject({ data: "to the newcomer" });

  server.signal("SIGTERM");
  expect(await server.exited).toBe(0);
  expect(server.log.filter(({ msg }) => msg === short).length).toBe(1);
});
