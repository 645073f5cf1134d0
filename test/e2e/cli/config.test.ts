// The configuration file, and the commands that check and show settings.

import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { groups } from "../../../src/cli/serve-options.ts";
import { Program, run } from "../../support/program.ts";
import { RedisServer, redisProgram } from "../../support/redis-server.ts";

const folder = mkdtempSync(`${tmpdir()}/config-`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function fileWith(text: string): string {
  const path = `${folder}/${++files}.toml`;
  writeFileSync(path, text);
  return path;
}

const secret = "a secret of 32 bytes or a bit more";

describe("a configuration file", () => {
  const text = '[server]\nport = 0\nhost = "127.0.0.1"\n[y-webrtc]\ny-webrtc-status = true\n';

  test.each([
    ["--config", (path: string) => ({ args: ["--config", path], env: {} })],
    ["SIGNALBOX_CONFIG", (path: string) => ({ args: [], env: { SIGNALBOX_CONFIG: path } })],
  ])("is read if %s names it", async (_, named) => {
    const { args, env } = named(fileWith(text));
    // The variables of `serve` are empty, which is the same as unset.
    const surroundings = { env: { ...env, PORT: "", HOST: "" } };
    await using server = await Program.serve(args, surroundings);
    expect(server.url.port).not.toBe("8081");
    expect((await fetch(`${server.url}api/signaling/status`)).status).toBe(200);
  });

  test("is not read unless it is named", async () => {
    const path = `${folder}/signalbox.toml`;
    writeFileSync(path, "[server]\nport = 'bad'\n");
    expect((await run(["check"], { cwd: folder })).code).toBe(0);
  });

  test("gives the other commands what they need", async () => {
    const path = fileWith(`[tokens]\njwt-secret = "${secret}"\n[server]\nhost = "127.0.0.1"`);
    const env = { SIGNALBOX_CONFIG: path };
    const { stdout } = await run(["token", "--sub", "a"], { env });
    expect(stdout).toMatch(/^ey/);
    await using server = await Program.serve([], { env });
    const health = await run(["healthcheck", "--config", path, "--port", server.url.port]);
    expect(health).toMatchObject({ code: 0, stdout: "ready\n" });
  });
});

describe("signalbox check", () => {
  test("says that all is well", async () => {
    const path = fileWith("[server]\nport = 1234\n");
    expect(await run(["check", "--config", path])).toEqual({
      code: 0,
      stdout: `the settings are valid, with those of ${path}\n`,
      stderr: "",
    });
    expect((await run(["check"])).stdout).toBe("the settings are valid\n");
  });

  test("lists all problems of flags, variables and the file, and ends with 2", async () => {
    const path = fileWith("[server]\nport = 'x'\nprot = 1\n[limits]\nping-seconds = 90\n");
    const env = { SIGNALBOX_CONFIG: path, MAX_TOPICS: "many" };
    const { code, stderr } = await run(["check", "--hots=a", "--log-level=loud"], { env });
    expect([code, stderr.trimEnd().split("\n").slice(0, -1)]).toEqual([
      2,
      [
        "signalbox: unknown option --hots; did you mean --host?",
        `signalbox: ${path}, line 3: prot is no option; did you mean port in [server]?`,
        `signalbox: ${path}, line 2: port must be a whole number from 0 to 65535, not "x"`,
        'signalbox: --log-level must be one of debug, info, warn, error, not "loud"',
        'signalbox: MAX_TOPICS must be a whole number from 0 to 10000000, not "many"',
        "signalbox: --ping-seconds must be less than --silent-seconds",
      ],
    ]);
  });

  test("finds paths that are served twice", async () => {
    const { code, stderr } = await run(["check", "--peerjs-path", "/demo"]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(
        "answer the same requests; see --peerjs-path, --peerjs-key and --matchbox-path",
      ),
    ]);
  });

  test("finds a host that this machine does not have, and minds no port in use", async () => {
    expect(await run(["check", "--host", "192.0.2.1"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("this machine does not have that address"),
    });
    await using server = await Program.serve();
    const args = ["--host", "127.0.0.1", "--port", server.url.port];
    expect((await run(["check", ...args])).code).toBe(0);
  });

  test("tries Redis only if it is asked to, and says why that fails", async () => {
    const redis = ["--redis-url", "redis://127.0.0.1:1"];
    expect((await run(["check", ...redis])).code).toBe(0);
    expect(await run(["check", "--redis", ...redis])).toMatchObject({
      code: 1,
      stderr: "signalbox: Redis cannot be reached: ECONNREFUSED\n",
    });
    expect((await run(["check", "--redis"])).stderr).toContain("--redis needs --redis-url");
  });

  test.skipIf(!existsSync(redisProgram))("finds what Redis does, and what it refuses", async () => {
    await using redis = await RedisServer.start();
    const env = redis.environment;
    expect((await run(["check", "--redis"], { env })).stdout).toContain(
      "Redis does everything that a node needs\n",
    );
    expect(await redis.command("KEYS", "*")).toEqual([]);
    await redis.command("ACL", "SETUSER", "default", "-publish");
    expect(await run(["check", "--redis"], { env })).toMatchObject({
      code: 1,
      stderr: "signalbox: Redis refuses PUBLISH: NOPERM\n",
    });
  });
});

describe("signalbox config", () => {
  test("shows what is in force and where it comes from, and no secret", async () => {
    const held = `${folder}/held`;
    writeFileSync(held, "held in a file\n");
    const path = fileWith(
      `[server]\nhost = "::1"\n[admission]\nallowed-origins = ["https://a.example"]\n[cluster]\nredis-password-file = "${held}"\n[ice]\nwebrtc-turn-secret-file = "${held}"\nwebrtc-turn-urls = ["turn:a"]`,
    );
    const env = { SIGNALBOX_CONFIG: path, JWT_SECRET: secret, MAX_TOPICS: "5" };
    const { code, stdout } = await run(["config", "--y-webrtc-status"], { env });
    expect(code).toBe(0);
    expect(stdout.split("\n")).toEqual(
      expect.arrayContaining([
        "port = 8081 # default",
        `host = "::1" # ${path}, line 2`,
        `allowed-origins = ["https://a.example"] # ${path}, line 4`,
        "# jwt-secret is a secret, set by JWT_SECRET",
        "# jwks-url is not set",
        "max-topics = 5 # MAX_TOPICS",
        "y-webrtc-status = true # --y-webrtc-status",
        `redis-password-file = "${held}" # ${path}, line 6`,
        `webrtc-turn-secret-file = "${held}" # ${path}, line 8`,
      ]),
    );
    expect(stdout).not.toContain(secret);
    expect(stdout).not.toContain("held in");
    expect(stdout).not.toContain("webrtc-turn-secret is");
  });

  test("prints what can be read again", async () => {
    const path = fileWith((await run(["config", "--max-topics", "5"])).stdout);
    const { stdout } = await run(["config", "--config", path]);
    expect(stdout).toContain(`max-topics = 5 # ${path}, line`);
  });

  test("prints a file with every option, which says the same as the defaults", async () => {
    const { stdout } = await run(["config", "--default"]);
    for (const { name, options } of groups) {
      expect(stdout).toContain(`\n[${name}]\n`);
      for (const { name: key } of options.filter((option) => option.name !== "config"))
        expect(stdout).toContain(`\n#${key} = `);
    }
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThan(201);
    const set = stdout.replaceAll(/^#([a-z-]+ = (?!\[?"<).*)$/gm, "$1");
    const path = fileWith(set);
    const { stdout: shown } = await run(["config", "--config", path]);
    const { stdout: defaults } = await run(["config"]);
    const plain = (text: string) => text.replaceAll(/ # .*/g, "");
    expect(plain(shown)).toBe(plain(defaults));
    expect(shown).toContain(`port = 8081 # ${path}, line`);
  });
});
