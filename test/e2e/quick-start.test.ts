// The commands of docs/quick-start.md, one after the other in one shell, as a reader has them; only the ports are others,
// and each program that stays is waited for.

import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { documentAt } from "../support/documents.ts";
import { isThere } from "../support/missing.ts";
import { binary } from "../support/paths.ts";
import { redisProgram } from "../support/redis-server.ts";

const curl = Bun.which("curl") ?? "/usr/bin/curl";
const openssl = Bun.which("openssl") ?? "/usr/bin/openssl";

const programs = [
  [curl, "curl"],
  [openssl, "openssl"],
  [redisProgram, "Redis"],
] as const;

/** Ports of the document. */
const ports = ["8081", "8443", "6390", "8091", "8092"];

function freePorts(): readonly string[] {
  const servers = ports.map(() =>
    Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } }),
  );
  const free = servers.map(({ port }) => String(port));
  for (const server of servers) server.stop(true);
  return free;
}

/** The commands, with other ports; after each program that stays, a wait until it listens. */
function scriptOf(text: string, free: readonly string[]): string {
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block);
  const other = (line: string) =>
    ports.reduce((made, port, index) => made.replaceAll(port, free[index] ?? port), line);
  const lines = blocks.flatMap((block) => block.trimEnd().split("\n")).map(other);
  return lines
    .flatMap((line) => {
      const [, port = free[0]] = /(?:PORT=|--port )(\d+)/.exec(line) ?? [];
      return line.endsWith("&") ? [line, `await ${port}`] : [line];
    })
    .join("\n");
}

const before = `
set -euo pipefail
trap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT
await() { until (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do sleep 0.05; done; }
`;

test.skipIf(!programs.every(([path, name]) => isThere(path, name)))(
  "the commands of the quick start do what it says",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "quick-start-"));
    const free = freePorts();
    const script = before + scriptOf(await documentAt("docs/quick-start.md"), free);
    const shell = Bun.spawn(["bash", "-c", script], {
      cwd: folder,
      env: {
        PATH: `${dirname(binary)}:/usr/local/bin:/usr/bin:/bin`,
        PORT: free[0],
        HOST: "127.0.0.1",
      },
      stdout: "pipe",
      stderr: "pipe",
    });
    const [output, errors, code] = await Promise.all([
      shell.stdout.text(),
      shell.stderr.text(),
      shell.exited,
    ]);
    await rm(folder, { recursive: true });
    expect([code, code === 0 ? "" : errors]).toEqual([0, ""]);
    for (const part of ['"alice"', '"iceServers":', "signalbox.toml", "ready"])
      expect(output).toContain(part);
  },
  60_000,
);
