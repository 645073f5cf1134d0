// The log on a pipe: one JSON object a line, and what became of each connection.

import { expect, test } from "bun:test";
import { Program } from "../../support/program.ts";
import { opcodes } from "../../support/raw-frame.ts";
import { request } from "../../support/raw-http.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { upgradeHeaders } from "../../support/raw-upgrade.ts";
import { secret, sign } from "../../support/tokens.ts";
import { freshTopic, heard, joinTopic, joinTwo } from "../../support/topic-client.ts";

type Line = Readonly<Record<string, unknown>>;

/** What a server logs at level debug while something is done to it, after the line of its start. */
async function logged(
  act: (url: URL) => Promise<unknown>,
  env: Readonly<Record<string, string>> = {},
): Promise<readonly Line[]> {
  await using server = await Program.serve(["--log-level", "debug"], { env });
  await act(server.url);
  server.signal("SIGTERM");
  const { stdout } = await server.ended;
  expect(stdout).toEndWith("}\n");
  const [start, ...lines] = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))
    // Those of a busy machine.
    .filter(({ msg }) => msg !== "slow tick");
  expect(start.msg).toStartWith("signalbox ");
  return lines;
}

/** RFC 3339, in UTC. */
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

/** Of a topic's name, or a user's id. */
const hash = expect.stringMatching(/^[0-9a-f]{12}$/);

const debug = { level: "debug", time };
const info = { level: "info", time };
const stopping = [
  { ...info, signal: "SIGTERM", msg: expect.any(String) },
  { ...info, msg: "stopped" },
];

type Ending = readonly [(socket: RawSocket) => void, Line];

const endings: readonly Ending[] = [
  [(socket) => socket.close(1000), { ...debug, by: "client", code: 1000 }],
  [(socket) => socket.close(4001, "my words"), { ...debug, by: "client", code: 4001 }],
  [(socket) => socket.close(), { ...debug, by: "client", code: 1005 }],
  [(socket) => socket.destroy(), { ...debug, by: "network", code: 1006, reason: "" }],
  [(socket) => socket.finish(), { ...debug, by: "network", code: 1006, reason: "" }],
  [
    (socket) => socket.send("my words"),
    { ...info, by: "server", code: 1007, reason: "failed to unmarshal JSON" },
  ],
  [
    (socket) => socket.sendBinary(Uint8Array.of(255)),
    { ...info, by: "server", code: 1007, reason: "not UTF-8" },
  ],
  [
    (socket) => socket.send(" ".repeat(65_537)),
    { ...info, by: "server", code: 1009, reason: "message too large" },
  ],
  [
    (socket) => socket.send(" ".repeat(1_048_577)),
    { ...debug, by: "network", code: 1006, reason: "Received too big message" },
  ],
  [
    (socket) => socket.sendFrame({ opcode: opcodes.ping, fin: false, payload: "my words" }),
    { ...debug, by: "network", code: 1006, reason: "Received fragmented control frame" },
  ],
];

/** The lines of a topic's connection, from its upgrade to its end. */
const story = (connection: number, end: Line, topic = hash): readonly Line[] => {
  const common = { protocol: "topic", connection };
  return [
    { ...debug, ...common, msg: "connection opened" },
    { ...debug, ...common, topic, msg: "joined a topic" },
    { ...debug, ...common, topic, msg: "left a topic" },
    { ...common, topic, ...end, msg: "connection ended" },
  ];
};

test("every line is a JSON object, and those of a connection have its number", async () => {
  const lines = await logged(async (url) => {
    for (const [end] of endings) {
      const { socket } = await joinTopic(url, freshTopic());
      end(socket);
      await socket.gone;
    }
    await joinTopic(url, freshTopic());
  });
  const restart = { ...info, by: "server", code: 1012, reason: "server restarting" };
  const ends = [...endings.map(([, end]) => end), restart];
  // The server hears of a line that is cut in its own time: others may come in between.
  const { undefined: others, ...connections } = Object.groupBy(
    lines,
    (line) => `${line["connection"]}`,
  );
  const stories = ends.map((end, index) => [`${index + 1}`, story(index + 1, end)] as const);
  // Nobody leaves because the server stops.
  const stays = ([connection, lines]: (typeof stories)[number]) =>
    [connection, lines.filter(({ msg }) => msg !== "left a topic")] as const;
  const last = stories.at(-1);
  expect([others, connections]).toEqual([
    stopping,
    Object.fromEntries(last === undefined ? [] : [...stories.slice(0, -1), stays(last)]),
  ] as never);
});

test("an upgrade that is refused says why, and nothing of what was asked for", async () => {
  const refused = [
    ["/ws/words", { ...upgradeHeaders, "Sec-WebSocket-Key": "my words" }],
    ["/ws/words", { ...upgradeHeaders, "Sec-WebSocket-Version": "words" }],
    ["/signal?words", { ...upgradeHeaders, Connection: "words" }],
    ["/words", upgradeHeaders],
    ["/ws/%ffwords", upgradeHeaders],
    ["/ws/words", upgradeHeaders],
    ["/ws/words", upgradeHeaders],
  ] as const;
  const lines = await logged(
    async (url) => {
      for (const [path, headers] of refused.slice(0, 5)) await request(url, "GET", path, headers);
      await request(url, "HEAD", "/", upgradeHeaders);
      const { socket } = await joinTopic(url, freshTopic());
      await request(url, "GET", "/ws/words", upgradeHeaders);
      socket.close(1000);
      await socket.gone;
    },
    { MAX_CONNECTIONS: "1" },
  );
  const refusal = (connection: number, why: string, status: number, protocol?: string) => ({
    ...debug,
    ...(protocol !== undefined && { protocol }),
    connection,
    refusal: why,
    status,
    msg: "upgrade refused",
  });
  const [opened, joined, ...rest] = story(7, { ...debug, by: "client", code: 1000 });
  expect(lines).toEqual([
    refusal(1, "bad-key", 400, "topic"),
    refusal(2, "bad-version", 426, "topic"),
    refusal(3, "no-upgrade", 426, "y-webrtc"),
    refusal(4, "not-found", 404),
    refusal(5, "bad-address", 400, "topic"),
    refusal(6, "bad-method", 426, "y-webrtc"),
    opened,
    joined,
    refusal(8, "full", 503, "topic"),
    ...rest,
    ...stopping,
  ] as never);
});

test("a token that is refused says why: more than its holder is told", async () => {
  const env = { JWT_SECRET: secret, JWT_AUDIENCE: "here", AUTH: "required" };
  const lines = await logged(async (url) => {
    for (const token of [await sign({ aud: "there" }), "words", ""]) {
      const socket = await RawSocket.open(url, `/ws/words?token=${token}`);
      await socket.gone;
    }
  }, env);
  const story = (connection: number, refusal: string, reason: string) => {
    const common = { protocol: "topic", connection };
    return [
      { ...debug, ...common, msg: "connection opened" },
      { ...debug, ...common, refusal, msg: "token refused" },
      { ...info, ...common, by: "server", code: 1008, reason, msg: "connection ended" },
    ];
  };
  expect(lines).toEqual([
    ...story(1, "audience", "token invalid"),
    ...story(2, "malformed", "token invalid"),
    ...story(3, "missing", "token missing"),
    ...stopping,
  ] as never);
});

test("names are hashes that are the same on all nodes, as they are, or left out; addresses are left out", async () => {
  const topic = freshTopic();
  const lines = async (env: Readonly<Record<string, string>>) => {
    const all = await logged(
      async (url) => {
        const token = await sign({ sub: "ann" });
        const headers = { "X-Forwarded-For": "192.0.2.7" };
        const path = `/ws/${topic}?token=${token}`;
        const socket = await RawSocket.open(url, path, { headers });
        await socket.next();
        socket.close(1000);
        await socket.gone;
      },
      { JWT_SECRET: secret, AUTH: "required", ...env },
    );
    return all
      .filter(({ connection }) => connection === 1)
      .map(({ msg, topic, user, address }) => ({ msg, topic, user, address }));
  };
  const story = (named: Line, address?: string) => [
    { msg: "connection opened", address },
    { msg: "joined a topic", ...named },
    { msg: "left a topic", ...named },
    { msg: "connection ended", ...named, address },
  ];
  const hashed = (name: string) =>
    new Bun.CryptoHasher("sha256").update(name).digest("hex").slice(0, 12);
  const named = { topic: hashed(topic), user: hashed("ann") };
  expect([
    await lines({}),
    await lines({ LOG_NAMES: "plain" }),
    await lines({ LOG_NAMES: "none", LOG_ADDRESSES: "true" }),
  ]).toEqual([story(named), story({ topic, user: "ann" }), story({}, "192.0.2.7")] as never);
});

test("the first relay of a connection is told, and the first that fails", async () => {
  const lines = await logged(async (url) => {
    const [ann, bob] = await joinTwo(url, freshTopic());
    for (const to of [bob.id, bob.id, "nobody", "nobody", bob.id])
      ann.socket.send(JSON.stringify({ type: "offer", to }));
    await heard(ann.socket);
    bob.socket.send(JSON.stringify({ type: "offer", to: "nobody" }));
    await heard(bob.socket);
  });
  const relays = lines
    .filter(({ msg }) => `${msg}`.startsWith("first relay"))
    .map(({ connection, outcome, msg }) => [connection, outcome, msg]);
  expect(relays).toEqual([
    [1, "sent", "first relay"],
    [1, "absent", "first relay that failed"],
    // Answers to what is no message are no relays.
    [2, "absent", "first relay"],
  ]);
});
