// Close to the limit of open files: the server turns new clients away, keeps those it has, spends no time on
// connections that it cannot accept, and goes on by itself.

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { request } from "../../support/raw-http.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { upgradeHeaders } from "../../support/raw-upgrade.ts";
import { ServerProcess } from "../../support/server-process.ts";

const files = 128;

/** More than there are files for. */
const silent = 300;

/** As many as make a broadcast a native publish. */
const listeners = 20;

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

const openSilently = ({ port, hostname }: URL): Socket =>
  connect(Number(port), hostname).on("error", () => undefined);

const isHealthy = (url: URL): Promise<boolean> =>
  request(url, "GET", "/healthz").then(
    ({ status }) => status === 200,
    () => false,
  );

test("connections that ask for nothing take the last files, and nobody else notices", async () => {
  const prefix = ["/bin/sh", "-c", `ulimit -n ${files}; exec "$0" "$@"`];
  await using server = await ServerProcess.start([], {}, prefix);
  const says = (msg: string) => server.logged((line) => line.msg === msg);
  const { url } = server;
  const early = await Promise.all(Array.from({ length: listeners }, () => subscribe(url)));

  const flood = Array.from({ length: silent }, () => openSilently(url));
  await says(short);
  // Those that were still on their way took the files of the spare one: it listens again a second later.
  while (!(await isHealthy(url))) await Bun.sleep(50);
  const [startMs, start] = [processorMs(server.pid), performance.now()];
  for (let asked = 0; asked < 10; asked++) {
    expect(await request(url, "GET", "/healthz")).toMatchObject({ status: 200, body: "ok" });
    await Bun.sleep(50);
  }
  const share = (processorMs(server.pid) - startMs) / (performance.now() - start);
  expect(share).toBeLessThan(0.4);
  expect(await request(url, "GET", "/signal", upgradeHeaders)).toMatchObject({ status: 503 });

  for (const socket of flood) socket.destroy();
  await says(again);
  const late = await subscribe(url);
  late.send('{"type":"publish","topic":"calls","data":"to those of before"}');
  for (const socket of early)
    expect(JSON.parse(await socket.next())).toMatchObject({ data: "to those of before" });
  early[0]?.send('{"type":"publish","topic":"calls","data":"to the newcomer"}');
  expect(JSON.parse(await late.next())).toMatchObject({ data: "to the newcomer" });

  server.signal("SIGTERM");
  expect(await server.exited).toBe(0);
  expect(server.log.filter(({ msg }) => msg === short).length).toBe(1);
});
