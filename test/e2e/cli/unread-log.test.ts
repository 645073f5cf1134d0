// A log that nobody reads: the pipe fills, and the server does not care.

import { expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, read, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { binary } from "../../support/paths.ts";
import { heard, joinTopic, joinTwo } from "../../support/topic-client.ts";

const readBytes = promisify(read);

/** A line of log each: many times what a pipe holds, and more than the server keeps for its reader. */
const visits = 3000;

/** Enough to fill the pipe. */
const fewVisits = 600;

/** The server with its log on a pipe of which only the first line is read. */
class UnreadServer implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "signalbox-log-"));
  readonly #pipe: number;
  readonly process: Bun.Subprocess;

  constructor() {
    const path = join(this.#folder, "pipe");
    Bun.spawnSync(["mkfifo", path]);
    // For reading and writing, so that neither end is ever missing.
    this.#pipe = openSync(path, "r+");
    this.process = Bun.spawn([binary], {
      env: { PORT: "0", HOST: "127.0.0.1", LOG_LEVEL: "debug" },
      stdin: "ignore",
      stdout: this.#pipe,
      stderr: "inherit",
    });
  }

  /** What has come on the pipe; waits until there is something. */
  async read(): Promise<string> {
    const bytes = Buffer.alloc(1_048_576);
    const { bytesRead } = await readBytes(this.#pipe, bytes, 0, bytes.length, null);
    return bytes.toString("utf8", 0, bytesRead);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill("SIGKILL");
    await this.process.exited;
    closeSync(this.#pipe);
    rmSync(this.#folder, { recursive: true });
  }
}

/** Starts it, and has clients come and go until the pipe is full. */
async function serveUnread(visits: number): Promise<UnreadServer & { readonly url: URL }> {
  const server = new UnreadServer();
  const [, address = ""] = / listens at ([^"]+)"/.exec(await server.read()) ?? [];
  const url = new URL(address);
  const visit = async (): Promise<void> => {
    const { socket } = await joinTopic(url, "visits");
    socket.send("?");
    await socket.gone;
  };
  for (let done = 0; done < visits; done += 20)
    await Promise.all(Array.from({ length: 20 }, visit));
  return Object.assign(server, { url });
}

test("the server serves on when its log is a pipe that nobody reads, and a signal ends it", async () => {
  await using server = await serveUnread(visits);
  const [to, from] = await joinTwo(server.url, "after");
  from.socket.send(`{"type":"offer","to":"${to.id}"}`);
  expect(await heard(from.socket)).toEqual([]);
  expect(await heard(to.socket)).toEqual([`{"type":"offer","from":"${from.id}"}`]);
  server.process.kill("SIGTERM");
  for (const { socket } of [to, from])
    expect(await socket.closed).toEqual({ code: 1012, reason: "server restarting" });
  expect(await server.process.exited).toBe(0);
  // The pipe was full: what it holds is less than what happened.
  const lines = (await server.read()).split("\n").length;
  expect(lines).toBeGreaterThan(100);
  expect(lines).toBeLessThan(visits / 2);
}, 30_000);

test("a second signal ends the server even so", async () => {
  await using server = await serveUnread(fewVisits);
  const { socket } = await joinTopic(server.url, "last");
  server.process.kill("SIGTERM");
  await socket.closed;
  server.process.kill("SIGTERM");
  await server.process.exited;
}, 30_000);
