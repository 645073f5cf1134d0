// The log on a pipe: one JSON object a line, and how each connection ended.

import { expect, test } from "bun:test";
import { Program } from "../../support/program.ts";
import { opcodes } from "../../support/raw-frame.ts";
import type { RawSocket } from "../../support/raw-socket.ts";
import { freshTopic, joinTopic } from "../../support/topic-client.ts";

type Ending = readonly [(socket: RawSocket) => void, Readonly<Record<string, unknown>>];

const [debug, info] = [20, 30];

const endings: readonly Ending[] = [
  [(socket) => socket.close(1000), { level: debug, by: "client", code: 1000 }],
  [(socket) => socket.close(4001, "my words"), { level: debug, by: "client", code: 4001 }],
  [(socket) => socket.close(), { level: debug, by: "client", code: 1005 }],
  [(socket) => socket.destroy(), { level: debug, by: "network", code: 1006, reason: "" }],
  [(socket) => socket.finish(), { level: debug, by: "network", code: 1006, reason: "" }],
  [
    (socket) => socket.send("my words"),
    { level: info, by: "server", code: 1007, reason: "failed to unmarshal JSON" },
  ],
  [
    (socket) => socket.sendBinary(Uint8Array.of(255)),
    { level: info, by: "server", code: 1007, reason: "not UTF-8" },
  ],
  [
    (socket) => socket.send(" ".repeat(65_537)),
    { level: debug, by: "network", code: 1006, reason: "Received too big message" },
  ],
  [
    (socket) => socket.sendFrame({ opcode: opcodes.ping, fin: false, payload: "my words" }),
    { level: debug, by: "network", code: 1006, reason: "Received fragmented control frame" },
  ],
];

test("every line is a JSON object, and every connection's end has one", async () => {
  await using server = await Program.serve(["--log-level", "debug"]);
  for (const [end] of endings) {
    const { socket } = await joinTopic(server.url, freshTopic());
    end(socket);
    await socket.gone;
  }
  const last = await joinTopic(server.url, freshTopic());
  server.signal("SIGTERM");
  await last.socket.gone;
  const { stdout } = await server.ended;
  expect(stdout).toEndWith("}\n");
  const [start, ...lines] = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const common = { time: expect.any(Number), msg: "connection ended", protocol: "topic" };
  expect(start.msg).toStartWith("signalbox ");
  expect(lines).toEqual([
    ...endings.map(([, expected]) => ({ ...common, ...expected })),
    { level: info, time: expect.any(Number), signal: "SIGTERM", msg: expect.any(String) },
    { ...common, level: info, by: "server", code: 1012, reason: "server restarting" },
    { level: info, time: expect.any(Number), msg: "stopped" },
  ]);
});
