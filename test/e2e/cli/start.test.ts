// How the server starts: where it says that it listens, what stops it from that, and what it does not read.

import { describe, expect, test } from "bun:test";
import { lookup } from "node:dns/promises";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "../../../package.json";
import { protocols } from "../../../src/protocols/protocols.ts";
import { asNobody, hasIpv6 } from "../../support/machine.ts";
import { occupy } from "../../support/occupant.ts";
import { Program, refusal } from "../../support/program.ts";
import { request } from "../../support/raw-http.ts";

const openNames = protocols
  .filter(({ asksForTokens }) => asksForTokens !== true)
  .map(({ name }) => name)
  .join(", ");

describe("with port 0 the server says which it took", () => {
  test.each(["debug", "info", "warn", "error"])("at log level %s", async (level) => {
    await using server = await Program.serve(["--log-level", level]);
    expect(await request(server.url, "GET", "/healthz")).toMatchObject({ status: 200, body: "ok" });
    server.signal("SIGTERM");
    const [line = ""] = (await server.ended).stdout.split("\n");
    const { origin, host } = server.url;
    expect(JSON.parse(line)).toEqual({
      level: "info",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      msg: `signalbox ${version} listens at ${origin}`,
      operators: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      tokens: "no JWT key configured: everything that needs a token is refused",
      open: `${openNames}: to everybody, without a token, from any page`,
      serves: {
        topic: `ws://${host}/ws/{topic}`,
        ...Object.fromEntries(
          protocols.map(({ name, guide }) => [name, `ws://${host}${guide.path}`]),
        ),
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

  /** The one line that is said of `host`, whatever the port is. */
  const saidOf = async (host: string, port = "0") => {
    const { code, stdout, stderr } = await refusal(["--host", host, "--port", port]);
    expect([code, stdout, stderr]).toEqual([1, "", expect.stringMatching(/^signalbox: .+\n$/)]);
    return stderr.slice("signalbox: ".length, -1);
  };

  const noSuchHost = (host: string) =>
    `cannot listen on ${host}: no address is known for that name; --host takes a name or an address of this machine`;
  const notOwn = (host: string, is = "") =>
    `cannot listen on ${host}: this machine does not have that address${is}; use one that it has, or 0.0.0.0 for all`;

  describe("at a name without an address", () => {
    test.each(["no.such.host.invalid", "1.2.3.4.5"])("%s", async (host) => {
      // Some name services have an address for every name: then it is another machine's.
      const found = await lookup(host).catch(() => undefined);
      const said = await saidOf(host);
      if (found === undefined) expect(said).toBe(noSuchHost(host));
      else expect(said).toBe(notOwn(host, ` (it is ${found.address})`));
    });

    test("though its port is in use on this machine", async () => {
      await using occupant = await occupy(0);
      expect(await saidOf("no.such.host.invalid", `${occupant.port}`)).not.toContain("in use");
    });
  });

  const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  const foreign = ["192.0.2.1", "198.51.100.1", "203.0.113.1"].filter(
    (address) => !own.some((each) => each.address === address),
  );

  test.each(foreign)("at an address of another machine: %s", async (host) => {
    expect(await saidOf(host)).toBe(notOwn(host));
  });

  test.skipIf(!hasIpv6)("at an IPv6 address of another machine, in brackets or not", async () => {
    expect(await saidOf("2001:db8::1")).toBe(notOwn("2001:db8::1"));
    expect(await saidOf("[2001:db8::1]")).toBe(notOwn("2001:db8::1"));
  });

  test.skipIf(asNobody === undefined)("on a port that it has no right to", async () => {
    const { code, stdout, stderr } = await new Program(["--host", "127.0.0.1", "-p", "81"], {
      prefix: asNobody!,
    }).ended;
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "signalbox: no permission to listen on port 81: ports below 1024 need root or CAP_NET_BIND_SERVICE; " +
        "choose another with --port\n",
    });
  });

  test.each(["--workers 2 --redis-url redis://127.0.0.1:1"])(
    "as often as once with %s",
    async (args) => {
      const host = ["--host", foreign[0]!, "--port", "0"];
      const { code, stderr } = await refusal([...args.split(" "), ...host]);
      expect([code, stderr.match(/this machine does not have/g)?.length]).toEqual([1, 1]);
    },
  );
});

test.each([
  "127.0.0.1:8081",
  "http://127.0.0.1",
  "[127.0.0.1]",
  "fe80::1%lo",
  "[::1",
  "a b",
  "a/b",
  "user@host",
])("--host %j is neither a name nor an address", async (host) => {
  const { code, stdout, stderr } = await refusal(["--host", host, "--port", "0"]);
  expect([code, stdout, stderr.split("\n")[0]]).toEqual([
    2,
    "",
    `signalbox: --host must be a host name or an IP address like 127.0.0.1 or ::1, not "${host}"`,
  ]);
});

test("a misspelt variable is warned of once, and its value is not shown", async () => {
  const env = { MAX_CONECTIONS: "5", JWT_SECRTE: "my secret" };
  const warnings =
    "signalbox: nothing reads the variable MAX_CONECTIONS; did you mean MAX_CONNECTIONS?\n" +
    "signalbox: nothing reads the variable JWT_SECRTE; did you mean JWT_SECRET?\n";
  await using server = await Program.serve([], { env });
  server.signal("SIGTERM");
  expect(await server.ended).toMatchObject({ code: 0, stderr: warnings });
  const workers = "--workers 2 --redis-url redis://127.0.0.1:1 --log-level error".split(" ");
  await using several = await Program.serve(workers, { env });
  several.signal("SIGTERM");
  expect(await several.ended).toMatchObject({ code: 0, stderr: warnings });
  const refused = await refusal(["--auth", "required"], { env });
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(warnings)]);
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
