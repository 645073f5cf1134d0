// SIGHUP: settings are read again and come into force, and nobody is disconnected.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { connect } from "node:tls";
import { RawSocket } from "../../support/raw-socket.ts";
import { RedisServer, redisProgram } from "../../support/redis-server.ts";
import { Certificate, opensslProgram } from "../../support/redis-tls.ts";
import { type LogLine, ServerProcess } from "../../support/server-process.ts";
import { until } from "../../support/talkers.ts";
import { encoded, sign } from "../../support/tokens.ts";
import { joinTopic } from "../../support/topic-client.ts";

const folder = mkdtempSync(`${tmpdir()}/reload-`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const secrets = ["a first secret of at least 32 bytes", "a second secret of at least 32 bytes"];

let files = 0;

/** A configuration file that can be written anew. */
class ConfigFile {
  readonly path = `${folder}/${++files}.toml`;

  constructor(text: string) {
    this.write(text);
  }

  write(text: string): void {
    writeFileSync(this.path, text);
  }

  get environment(): Record<string, string> {
    return { SIGNALBOX_CONFIG: this.path, LOG_LEVEL: "" };
  }
}

/** Sends SIGHUP, and waits for what is logged of it. */
async function reload(server: ServerProcess, count = 1): Promise<LogLine> {
  const before = server.log.length;
  const isAnswer = (line: LogLine) =>
    / reloaded/.test(line.msg) && server.log.indexOf(line) >= before;
  server.signal("SIGHUP");
  const first = await server.logged(isAnswer);
  await server.logged(() => server.log.filter(isAnswer).length >= count);
  return first;
}

const statusOf = async (url: URL, path: string, headers: Record<string, string> = {}) =>
  (await fetch(new URL(path, url), { headers })).status;

const bearer = async (secret: string) => ({
  Authorization: `Bearer ${await sign({}, { key: encoded(secret) })}`,
});

const configuration = (secret: string, turn: string, others = "") => `
[tokens]
jwt-secret = "${secret}"
[ice]
webrtc-turn-urls = ["${turn}"]
webrtc-turn-secret = "${secret}"
${others}
`;

describe("a new", () => {
  test("secret, and TURN server, come into force, and whoever is connected stays", async () => {
    const file = new ConfigFile(configuration(secrets[0]!, "turn:one.example"));
    await using server = await ServerProcess.start([], file.environment);
    const { socket } = await joinTopic(server.url, "stay");
    const [old, fresh] = await Promise.all(secrets.map(bearer));
    expect(await statusOf(server.url, "/webrtc/config", old)).toBe(200);
    expect(await statusOf(server.url, "/webrtc/config", fresh)).toBe(401);
    file.write(configuration(secrets[1]!, "turn:two.example"));
    expect(await reload(server)).toMatchObject({
      level: "info",
      changed: ["jwt-secret", "webrtc-turn-urls", "webrtc-turn-secret"],
    });
    expect(await statusOf(server.url, "/webrtc/config", old)).toBe(401);
    const response = await fetch(new URL("/webrtc/config", server.url), { headers: fresh! });
    expect(JSON.stringify(await response.json())).toContain("turn:two.example");
    socket.close(1000);
    expect((await socket.closed).code).toBe(1000);
  });

  test("limit, origin and log level come into force", async () => {
    const file = new ConfigFile("[limits]\nmax-topic-members = 2\n");
    await using server = await ServerProcess.start([], file.environment);
    await joinTopic(server.url, "small");
    await joinTopic(server.url, "small");
    expect(await statusOf(server.url, "/healthz", { Origin: "https://b.example" })).toBe(200);
    expect(server.log.some(({ level }) => level === "debug")).toBe(false);
    file.write(
      '[limits]\nmax-topic-members = 3\nframes-per-second = 0\n[admission]\nallowed-origins = ["https://a.example"]\n[server]\nlog-level = "debug"\n',
    );
    expect((await reload(server))["changed"]).toEqual([
      "log-level",
      "max-topic-members",
      "frames-per-second",
      "allowed-origins",
    ]);
    expect(await statusOf(server.url, "/healthz", { Origin: "https://b.example" })).toBe(403);
    await joinTopic(server.url, "small");
    await server.logged(({ level, msg }) => level === "debug" && msg === "connection opened");
    const full = await joinTopic(server.url, "small").catch(() => "refused");
    expect(full).toBe("refused");
  });

  test("need for tokens holds for whoever comes next", async () => {
    const file = new ConfigFile(`[tokens]\njwt-secret = "${secrets[0]}"\n`);
    await using server = await ServerProcess.start([], file.environment);
    const { socket } = await joinTopic(server.url, "open");
    file.write(`[tokens]\njwt-secret = "${secrets[0]}"\nauth = "required"\n`);
    await reload(server);
    const refused = await joinTopic(server.url, "open").catch(() => "refused");
    expect(refused).toBe("refused");
    socket.close(1000);
    expect((await socket.closed).code).toBe(1000);
  });

  test("token of operators comes into force, and who watches by the old one is closed", async () => {
    const tokens = ["the first token of operators", "the second token of operators"];
    const withToken = (token = "") => `[operators]\nadmin-token = "${token}"\n`;
    const file = new ConfigFile(withToken(tokens[0]));
    await using server = await ServerProcess.start([], file.environment);
    const [old, fresh] = tokens.map((token) => ({ Authorization: `Bearer ${token}` }));
    const watching = await RawSocket.open(server.operators, "/live", { headers: old! });
    await watching.next();
    file.write(withToken(tokens[1]));
    expect((await reload(server))["changed"]).toEqual(["admin-token"]);
    expect(await statusOf(server.operators, "/metrics", old)).toBe(401);
    expect(await statusOf(server.operators, "/metrics", fresh)).toBe(200);
    await watching.rest();
    expect((await watching.closed).code).toBe(1008);
  });

  test("webhook is told from then on, also of topics that were there", async () => {
    const told: { path: string; event: string }[] = [];
    using hook = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      async fetch(request) {
        const { events } = (await request.json()) as { events: { event: string }[] };
        for (const { event } of events) told.push({ path: new URL(request.url).pathname, event });
        return new Response();
      },
    });
    const webhooks = (...paths: readonly string[]) =>
      `[webhooks]\nwebhook-secret = "a secret of webhooks"\nwebhook-url = ${JSON.stringify(paths.map((path) => hook.url.href + path))}\n`;
    const file = new ConfigFile("");
    await using server = await ServerProcess.start([], file.environment);
    const first = await joinTopic(server.url, "hall");
    file.write(webhooks("a"));
    expect((await reload(server))["changed"]).toEqual(["webhook-url", "webhook-secret"]);
    const second = await joinTopic(server.url, "hall");
    await until(() => told.length === 1, "the new webhook is told nothing");
    file.write(webhooks("b"));
    await reload(server);
    for (const { socket } of [first, second]) {
      socket.close(1000);
      await socket.gone;
    }
    await until(() => told.length === 4, "the second webhook is not told everything");
    expect(told).toEqual([
      { path: "/a", event: "peer_joined" },
      { path: "/b", event: "peer_left" },
      { path: "/b", event: "peer_left" },
      { path: "/b", event: "topic_closed" },
    ]);
  });

  test("port needs a restart, which is said by name at each reload", async () => {
    const file = new ConfigFile("[session]\nsession-limit = 5\n");
    await using server = await ServerProcess.start([], file.environment);
    file.write("[session]\nsession-limit = 6\n[limits]\nping-seconds = 20\n");
    for (const changed of [[], []]) {
      const seen = server.log.length;
      expect((await reload(server))["changed"]).toEqual(changed);
      const { level, msg } = await server.logged(
        (line) => server.log.indexOf(line) >= seen && line.msg.startsWith("a restart"),
      );
      expect([level, msg]).toEqual(["warn", "a restart is needed for ping-seconds, session-limit"]);
    }
  });
});

test("what is wrong is told, and the old settings stay", async () => {
  const file = new ConfigFile(configuration(secrets[0]!, "turn:one.example"));
  await using server = await ServerProcess.start([], file.environment);
  file.write(configuration(secrets[1]!, "turn:one.example", "[server]\nprot = 1\n"));
  expect(await reload(server)).toMatchObject({
    level: "error",
    msg: "the settings are not reloaded: the old ones stay",
    problems: [`${file.path}, line 8: prot is no option; did you mean port in [server]?`],
  });
  expect(await statusOf(server.url, "/webrtc/config", await bearer(secrets[0]!))).toBe(200);
  expect(await statusOf(server.url, "/webrtc/config", await bearer(secrets[1]!))).toBe(401);
});

test("a first key needs a restart, and nothing is reloaded with it", async () => {
  const file = new ConfigFile("");
  await using server = await ServerProcess.start([], file.environment);
  file.write(`[tokens]\njwt-secret = "${secrets[0]}"\nauth = "required"\n`);
  expect(await reload(server)).toMatchObject({
    level: "error",
    problems: [
      "the server was started without a key for tokens: a restart is needed for the first one",
    ],
  });
  await joinTopic(server.url, "still-open");
});

describe.skipIf(!existsSync(redisProgram))("workers", () => {
  test("all take the settings over, and none is replaced", async () => {
    await using redis = await RedisServer.start();
    const tokens = ["the first token of operators", "the second token of operators"];
    const withToken = (at: number) =>
      configuration(
        secrets[at]!,
        "turn:one.example",
        `[operators]\nadmin-token = "${tokens[at]}"\n`,
      );
    const file = new ConfigFile(withToken(0));
    const env = { ...redis.environment, ...file.environment };
    await using server = await ServerProcess.start(["--workers", "2"], env);
    file.write(withToken(1));
    // The parent says it, and each worker.
    await reload(server, 3);
    const fresh = await bearer(secrets[1]!);
    const statuses = await Promise.all(
      Array.from({ length: 20 }, () =>
        statusOf(server.url, "/webrtc/config", { ...fresh, Connection: "close" }),
      ),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
    // The parent has the operators' port.
    const asked = tokens.map((token) =>
      statusOf(server.operators, "/metrics", { Authorization: `Bearer ${token}` }),
    );
    expect(await Promise.all(asked)).toEqual([401, 200]);
    file.write("[server]\nprot = 1\n");
    expect(await reload(server)).toMatchObject({ level: "error" });
    expect(server.log.some(({ msg }) => msg.startsWith("a worker ended"))).toBe(false);
    server.signal("SIGTERM");
    expect(await server.exited).toBe(0);
  }, 20_000);
});

describe.skipIf(!existsSync(opensslProgram))("a certificate", () => {
  let certificates: readonly [Certificate, Certificate];
  beforeAll(() => {
    certificates = [new Certificate("IP:127.0.0.1"), new Certificate("IP:127.0.0.1")];
  });
  afterAll(() => {
    for (const each of certificates) each[Symbol.dispose]();
  });

  const textOf = ({ path, key }: Certificate) => ({
    cert: readFileSync(path),
    key: readFileSync(key),
  });

  /** The certificate that is shown to whoever connects now. */
  function shownBy({ hostname, port }: URL): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const options = { host: hostname, port: Number(port), rejectUnauthorized: false };
    const socket = connect(options, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on("error", reject);
    return promise;
  }

  /** Two peers of a topic of their own. */
  async function pairIn(url: URL, topic: string) {
    const [one, other] = [await join(url, topic), await join(url, topic)];
    const pair = { sockets: [one.socket, other.socket], sent: 0, received: 0, offer: () => {} };
    other.socket.onmessage = () => pair.received++;
    pair.offer = () =>
      one.socket.send(JSON.stringify({ type: "offer", to: other.id, payload: { n: pair.sent++ } }));
    return pair;
  }

  /** Not all at once: the first request of a connection must arrive within some seconds. */
  async function pairsIn(url: URL, count: number) {
    const pairs: Awaited<ReturnType<typeof pairIn>>[] = [];
    while (pairs.length < count) {
      const topics = Array.from({ length: 50 }, (_, index) => `pair-${pairs.length + index}`);
      pairs.push(...(await Promise.all(topics.map((topic) => pairIn(url, topic)))));
    }
    return pairs;
  }

  function join(url: URL, topic: string): Promise<{ socket: WebSocket; id: string }> {
    const { promise, resolve, reject } = Promise.withResolvers<{ socket: WebSocket; id: string }>();
    const tls = { rejectUnauthorized: false };
    const socket = new WebSocket(`wss://${url.host}/ws/${topic}`, { tls });
    socket.onerror = () => reject(new Error("no connection"));
    socket.onmessage = ({ data }) => {
      const { selfId } = JSON.parse(data);
      if (selfId !== undefined) resolve({ socket, id: selfId });
    };
    return promise;
  }

  test("changes with secrets and limits while 1,000 peers talk, and nobody is disconnected", async () => {
    const [cert, key] = [`${folder}/cert.pem`, `${folder}/key.pem`];
    const install = (certificate: Certificate) => {
      const text = textOf(certificate);
      writeFileSync(cert, text.cert);
      writeFileSync(key, text.key);
    };
    install(certificates[0]);
    const tls = `[tls]\ntls-cert-file = "${cert}"\ntls-key-file = "${key}"\n`;
    const file = new ConfigFile(tls + configuration(secrets[0]!, "turn:one.example"));
    await using server = await ServerProcess.start([], file.environment);
    const before = await shownBy(server.url);
    const pairs = await pairsIn(server.url, 500);
    const talking = setInterval(() => {
      for (const { offer } of pairs) offer();
    }, 200);
    let lost = 0;
    for (const { sockets } of pairs)
      for (const socket of sockets)
        socket.onclose = () => {
          lost++;
        };

    // A pair of files that is half written is refused.
    writeFileSync(cert, textOf(certificates[1]).cert);
    expect(await reload(server)).toMatchObject({ level: "error" });
    expect(await shownBy(server.url)).toBe(before);

    install(certificates[1]);
    const limits = "[limits]\nframes-per-second = 400\nmax-queued-frames = 500\n";
    file.write(tls + configuration(secrets[1]!, "turn:two.example", limits));
    const { changed } = await reload(server);
    expect(changed).toContain("tls-cert-file");
    expect(await shownBy(server.url)).not.toBe(before);

    // All that was said before arrives, and what is said now too, also among those that come by the new certificate.
    const sent = pairs.map((pair) => pair.sent);
    await until(
      () => pairs.every(({ received }, index) => received > sent[index]!),
      "not everybody goes on talking",
    );
    clearInterval(talking);
    const late = await join(server.url, "pair-0");
    const met = new Promise((resolve) => {
      late.socket.onmessage = resolve;
    });
    await join(server.url, "pair-0");
    await met;
    expect(lost).toBe(0);
  }, 60_000);
});
