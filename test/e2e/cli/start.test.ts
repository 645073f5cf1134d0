// How the server starts: where it says that it listens, what stops it from that, and what it does not read.

import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "../../../package.json";
import { occupy } from "../../support/occupant.ts";
import { Program, refusal } from "../../support/program.ts";
import { request } from "../../support/raw-http.ts";

describe("with port 0 the server says which it took", () => {
  test.each(["debug", "info", "warn", "error"])("at log level %s", async (level) => {
    await using server = await Program.serve(["--log-level", level]);
    expect(await request(server.url, "GET", "/healthz")).toMatchObject({ status: 200, body: "ok" });
    server.signal("SIGTERM");
    const [line = ""] = (await server.ended).stdout.split("\n");
    const { origin, host } = server.url;
    expect(JSON.parse(line)).toEqual({
      level: 30,
      time: expect.any(Number),
      msg: `signalbox ${version} listens at ${origin}`,
      tokens: "no JWT key configured: whatever wants a token is refused",
      serves: {
        room: `ws://${host}/webrtc/ws/{room_id}`,
        topic: `ws://${host}/ws/{topic}`,
        "y-webrtc": `ws://${host}/signal`,
        session: `ws://${host}/ws`,
        peerjs: `ws://${host}/peerjs`,
        page: origin,
        demo: `${origin}/demo`,
      },
    });
  });
});

describe("the server does not start, and says why in one line,", () => {
  const inUse = (port: number | string) => ({
    code: 1,
    stdout: "",
    stderr: `signalbox: port ${port} is in use; choose another with --port, 0 takes a free one\n`,
  });

  test("on a port that another program has", async () => {
    await using occupant = await occupy(0);
    const args = ["--host", "127.0.0.1", "--port", String(occupant.port)];
    expect(await refusal(args)).toEqual(inUse(occupant.port));
  });

  test("on a port that another signalbox has", async () => {
    await using server = await Program.serve();
    const args = ["--host", "127.0.0.1", "--port", server.url.port];
    expect(await refusal(args)).toEqual(inUse(server.url.port));
  });

  test.each(["192.0.2.1", "no.such.host.invalid", "1.2.3.4.5"])(
    "at an address that this machine has not: %s",
    async (host) => {
      const { code, stdout, stderr } = await refusal(["--host", host, "--port", "0"]);
      expect({ code, stdout, lines: stderr.split("\n") }).toEqual({
        code: 1,
        stdout: "",
        lines: [expect.stringContaining(`signalbox: cannot listen on ${host}, port 0: `), ""],
      });
    },
  );
});

test("the server reads no file of the folder it is started in", async () => {
  const cwd = mkdtempSync(join(tmpdir(), "signalbox-start-"));
  try {
    const variables = "PORT=no-port\nLOG_LEVEL=no-level\nMAX_FRAME_BYTES=no-number\n";
    for (const name of [".env", ".env.local", ".env.production", ".env.development"])
      writeFileSync(join(cwd, name), variables);
    writeFileSync(join(cwd, "bunfig.toml"), 'preload = ["./crash.ts"]\n');
    writeFileSync(join(cwd, "crash.ts"), 'throw new Error("this was read");\n');
    writeFileSync(join(cwd, "package.json"), "this is no JSON");
    writeFileSync(join(cwd, "tsconfig.json"), "this is no JSON");

    await using server = await Program.serve(["--port", "0"], { cwd, env: { PORT: "" } });
    expect(await request(server.url, "GET", "/healthz")).toMatchObject({ status: 200, body: "ok" });
    server.signal("SIGTERM");
    expect(await server.ended).toMatchObject({ code: 0, stderr: "" });
  } finally {
    rmSync(cwd, { recursive: true });
  }
});
