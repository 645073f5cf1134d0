// TLS in the executable: by files, or by a certificate that it makes itself.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { connect } from "node:tls";
import { Program, refusal, run } from "../../support/program.ts";
import { RedisServer, redisProgram } from "../../support/redis-server.ts";
import { Certificate, opensslProgram } from "../../support/redis-tls.ts";
import { ServerProcess } from "../../support/server-process.ts";

const folder = mkdtempSync(`${tmpdir()}/tls-`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The certificate that is shown to whoever connects; it is not checked. */
function shownBy({ hostname, port }: URL): Promise<X509Certificate> {
  const { promise, resolve, reject } = Promise.withResolvers<X509Certificate>();
  const options = { host: hostname, port: Number(port), rejectUnauthorized: false };
  const socket = connect(options, () => {
    resolve(new X509Certificate(socket.getPeerCertificate().raw));
    socket.destroy();
  });
  socket.on("error", reject);
  return promise;
}

/** The first frame of a topic, by wss. */
function welcomed(url: URL, ca?: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const tls = ca === undefined ? { rejectUnauthorized: false } : { ca };
  const socket = new WebSocket(`wss://${url.host}/ws/tls`, { tls });
  socket.onmessage = ({ data }) => {
    resolve(JSON.parse(data).type);
    socket.close();
  };
  socket.onerror = () => reject(new Error("no connection"));
  return promise;
}

/** The log line that says where it listens. */
const startOf = async (server: Program) => JSON.parse(await server.firstLine);

describe("--tls-self-signed", () => {
  test("serves https and wss with a certificate for localhost, and prints its fingerprint", async () => {
    await using server = await Program.serve(["--tls-self-signed"]);
    expect(server.url.protocol).toBe("https:");
    const shown = await shownBy(server.url);
    const { certificate, serves } = await startOf(server);
    expect(certificate).toBe(`self-signed, SHA-256 ${shown.fingerprint256}`);
    expect(serves.topic).toBe(`wss://${server.url.host}/ws/{topic}`);
    // Whoever trusts it gets through with all checks.
    const ca = shown.toString();
    for (const name of ["localhost", "127.0.0.1"]) {
      const response = await fetch(`https://${name}:${server.url.port}/healthz`, { tls: { ca } });
      expect(await response.text()).toBe("ok");
    }
    expect(await welcomed(server.url, ca)).toBe("welcome");
    const args = ["healthcheck", "--tls-self-signed", "--host=127.0.0.1", "--port"];
    expect((await run([...args, server.url.port])).stdout).toBe("ready\n");
  });

  test("makes another one at each start", async () => {
    await using one = await Program.serve(["--tls-self-signed"]);
    await using other = await Program.serve(["--tls-self-signed"]);
    const [first, second] = [await shownBy(one.url), await shownBy(other.url)];
    expect(first.fingerprint256).not.toBe(second.fingerprint256);
  });

  test.skipIf(!existsSync(redisProgram))("is one certificate for all workers", async () => {
    await using redis = await RedisServer.start();
    const args = ["--tls-self-signed", "--workers", "2"];
    await using server = await ServerProcess.start(args, redis.environment);
    const shown = await Promise.all(Array.from({ length: 20 }, () => shownBy(server.url)));
    expect(new Set(shown.map(({ fingerprint256 }) => fingerprint256)).size).toBe(1);
    const { certificate } = await server.logged(({ msg }) => msg.includes("listens at"));
    expect(certificate).toContain(shown[0]!.fingerprint256);
    server.signal("SIGTERM");
    await server.exited;
  });
});

describe.skipIf(!existsSync(opensslProgram))("--tls-cert-file and --tls-key-file", () => {
  let own: Certificate;
  let other: Certificate;
  beforeAll(() => {
    own = new Certificate("DNS:localhost,IP:127.0.0.1");
    other = new Certificate("DNS:localhost");
  });
  afterAll(() => {
    own[Symbol.dispose]();
    other[Symbol.dispose]();
  });

  const files = (cert: string, key: string) => ["--tls-cert-file", cert, "--tls-key-file", key];

  test("serve https and wss by TLS 1.2 and 1.3, and nothing older", async () => {
    await using server = await Program.serve(files(own.path, own.key));
    const ca = await Bun.file(own.path).text();
    expect(await welcomed(server.url, ca)).toBe("welcome");
    const spoken = ["tls1", "tls1_1", "tls1_2", "tls1_3"].map(async (version) => {
      const args = ["s_client", "-connect", server.url.host, `-${version}`];
      const ciphers = ["-cipher", "ALL:@SECLEVEL=0"];
      const client = Bun.spawn([opensslProgram, ...args, ...ciphers], {
        stdin: "ignore",
        stdout: "pipe",
        stderr: "ignore",
      });
      return /Cipher is \(NONE\)/.test(await new Response(client.stdout).text()) ? "refused" : "ok";
    });
    expect(await Promise.all(spoken)).toEqual(["refused", "refused", "ok", "ok"]);
  });

  test("warn of a certificate that is over soon", async () => {
    await using server = await Program.serve(files(own.path, own.key));
    server.signal("SIGTERM");
    const { stdout } = await server.ended;
    const warning = stdout.split("\n").find((line) => line.includes('"warn"'));
    expect(JSON.parse(warning ?? "{}").msg).toMatch(
      /^the certificate is valid until \d{4}-\d\d-\d\d: renew it/,
    );
  });

  test("are refused where they do not fit together", async () => {
    const text = `${folder}/text`;
    writeFileSync(text, "no PEM");
    const problems = async (...args: readonly string[]) => {
      const { code, stderr } = await refusal(args);
      expect(code).toBe(2);
      return stderr.trimEnd().split("\n").slice(0, -1);
    };
    expect(await problems("--tls-cert-file", own.path)).toEqual([
      "signalbox: --tls-cert-file and --tls-key-file need each other",
    ]);
    expect(await problems(...files(own.path, other.key))).toEqual([
      "signalbox: the key in --tls-key-file is not that of the certificate in --tls-cert-file",
    ]);
    expect(await problems(...files(text, text))).toEqual([
      expect.stringContaining("--tls-cert-file must be a PEM file with a certificate"),
      expect.stringContaining("--tls-key-file must be a PEM file with a private key"),
    ]);
    expect(await problems(...files(own.path, own.key), "--tls-self-signed")).toEqual([
      expect.stringContaining("set one of them"),
    ]);
  });
});
