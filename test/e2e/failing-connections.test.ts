// Connections that fail, each in its way, and what the log says of them: as the documents have it.

import { expect, test } from "bun:test";
import { root } from "../support/paths.ts";
import { quietPort } from "../support/quiet-port.ts";
import { request } from "../support/raw-http.ts";
import { RawSocket } from "../support/raw-socket.ts";
import { upgradeHeaders } from "../support/raw-upgrade.ts";
import { type LogLine, ServerProcess } from "../support/server-process.ts";
import { now, secret, sign } from "../support/tokens.ts";
import { freshTopic, joinTopic } from "../support/topic-client.ts";

type Environment = Readonly<Record<string, string>>;
type Server = Awaited<ReturnType<typeof ServerProcess.start>>;

/** How each kind comes about, and what the server is set to for it. */
const kinds: Readonly<
  Record<string, readonly [Environment, (server: Server) => Promise<unknown>]>
> = {
  "the token is refused": [
    { JWT_SECRET: secret, AUTH: "required" },
    async ({ url }) => RawSocket.open(url, `/ws/a?token=${await sign({ exp: now() - 100 })}`),
  ],
  "the server is full": [
    { MAX_CONNECTIONS: "1" },
    async ({ url }) => {
      await joinTopic(url, freshTopic());
      await request(url, "GET", "/ws/a", upgradeHeaders);
    },
  ],
  "a message is too big": [
    {},
    async ({ url }) => (await joinTopic(url, freshTopic())).socket.send(" ".repeat(65_537)),
  ],
  "the client sends too fast": [
    { FRAMES_PER_SECOND: "1" },
    async ({ url }) => {
      const { socket } = await joinTopic(url, freshTopic());
      for (let frames = 0; frames < 200; frames++) socket.send("{}");
    },
  ],
  "the client reads too slowly": [
    {
      SLOW_PEER_SECONDS: "1",
      MAX_QUEUED_FRAMES: "8",
      FRAMES_PER_SECOND: "0",
      BYTES_PER_SECOND: "0",
    },
    async ({ url }) => {
      const sender = await joinTopic(url, "slow");
      const reader = await joinTopic(url, "slow");
      reader.socket.pause();
      const offer = { type: "offer", to: reader.id, payload: "x".repeat(60_000) };
      for (let frames = 0; frames < 200; frames++) sender.socket.send(JSON.stringify(offer));
    },
  ],
  "a proxy, or the network, cuts the connection": [
    {},
    async ({ url }) => (await joinTopic(url, freshTopic())).socket.destroy(),
  ],
  "a proxy does not pass the upgrade on": [
    {},
    ({ url }) => request(url, "GET", "/ws/a", { ...upgradeHeaders, Connection: "close" }),
  ],
  "who it is for is not there": [
    {},
    async ({ url }) =>
      (await joinTopic(url, freshTopic())).socket.send('{"type":"offer","to":"nobody"}'),
  ],
  "there is no route to Redis": [{}, async () => undefined],
};

/** The lines that the documents have for each kind. */
async function documented(): Promise<ReadonlyMap<string, readonly LogLine[]>> {
  const text = await Bun.file(`${root}/docs/operating.md`).text();
  const [, block = ""] =
    /<!-- failing -->\n```text\n(.*?)```\n<!-- \/failing -->/s.exec(text) ?? [];
  return new Map(
    block
      .trim()
      .split("\n\n")
      .map((part) => {
        const [title = "", ...lines] = part.split("\n");
        return [title.replace("# ", ""), lines.map((line) => JSON.parse(line))] as const;
      }),
  );
}

const lines = await documented();

test("each kind of failure that is documented is tried, and the other way round", () => {
  expect([...lines.keys()].toSorted()).toEqual(Object.keys(kinds).toSorted());
});

for (const [kind, [environment, act]] of Object.entries(kinds))
  test.concurrent(kind, async () => {
    const isAlone = kind !== "there is no route to Redis";
    const redis = isAlone ? {} : { REDIS_URL: `redis://127.0.0.1:${await quietPort()}` };
    await using server = await ServerProcess.start([], { ...environment, ...redis });
    await act(server);
    for (const due of lines.get(kind) ?? []) {
      const line = await server.logged(
        ({ msg, connection }) => msg === due.msg && connection === due["connection"],
      );
      const { time, topic, user, ...said } = line;
      expect([typeof time, said]).toEqual(["string", due]);
    }
  });
