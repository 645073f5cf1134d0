// Faults of a protocol behind a real port: each is one line of the log, which names the connection that it hit.

import { expect, test } from "bun:test";
import { pino } from "pino";
import type { Option } from "../../src/options/option.ts";
import type { Conversation, Protocol, SocketRoute } from "../../src/protocols/protocol.ts";
import { SignalServer } from "../../src/server/server.ts";
import { request } from "../support/raw-http.ts";
import { RawSocket } from "../support/raw-socket.ts";
import { upgradeHeaders } from "../support/raw-upgrade.ts";

const fail = (): never => {
  throw new RangeError("a text of a client's own");
};

const calm: Conversation = { receive: () => undefined, closed: () => undefined };

const sockets: Readonly<Record<string, SocketRoute["socket"]>> = {
  "/address": fail,
  "/opening": () => fail,
  "/late-opening": () => async () => fail(),
  "/message": () => () => ({ ...calm, receive: fail }),
  "/late-message": () => () => ({ ...calm, receive: async () => fail() }),
  "/going-on": () => () => ({ ...calm, receive: async () => fail }),
  "/end": () => () => ({ ...calm, closed: fail }),
};

const faulty: Protocol = {
  name: "faulty",
  guide: { title: "", path: "/", about: "", snippets: [] },
  options: [],
  setUp: () => ({
    routes: Object.entries(sockets).map(([path, socket]) => ({
      path: path as `/${string}`,
      access: "public",
      socket,
    })),
  }),
};

interface Line {
  readonly msg: string;
  readonly [field: string]: unknown;
}

test("a fault at any step of a connection is logged with its number, and ends it alone", async () => {
  const lines: Line[] = [];
  const log = pino(
    { base: null, level: "debug" },
    { write: (line) => lines.push(JSON.parse(line)) },
  );
  const settings = <Value>(option: Option<Value>): Value => option.default;
  const listen = { port: 0, isShared: false };
  const server = new SignalServer(settings, log, "0", listen, [faulty]);
  const { port } = server.url;
  const url = new URL(`http://127.0.0.1:${port}`);

  const { status } = await request(url, "GET", "/address", upgradeHeaders);
  const ends: Record<string, unknown> = {};
  for (const path of Object.keys(sockets).slice(1)) {
    const socket = await RawSocket.open(url, path);
    socket.send("hello");
    if (path === "/end") socket.close(1000);
    ends[path] = (await socket.closed).code;
  }
  await server.drain();

  const opened = lines.filter(({ msg }) => msg === "connection opened");
  const numbers = opened.map(({ connection }) => connection);
  const first = Number(numbers[0]) - 1;
  const faults = lines.filter(({ msg }) => msg.includes("fault"));
  expect({ status, ends }).toEqual({
    status: 500,
    ends: {
      "/opening": 1011,
      "/late-opening": 1011,
      "/message": 1011,
      "/late-message": 1011,
      "/going-on": 1011,
      "/end": 1000,
    },
  });
  expect(faults.map(({ connection, protocol, error }) => [connection, protocol, error])).toEqual(
    [first, ...numbers].map((number) => [number, "faulty", "RangeError"]),
  );
  expect(JSON.stringify(lines)).not.toContain("a client's own");
  expect(
    lines.filter(({ msg }) => msg === "connection ended").map((line) => line["connection"]),
  ).toEqual(numbers);
});
