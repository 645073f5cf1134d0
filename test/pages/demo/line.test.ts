import { afterEach, expect, test } from "bun:test";
import type { Waiting } from "../../../src/client/api.ts";
import { Line } from "../../../src/pages/demo/line.ts";

interface Message {
  readonly type: string;
  readonly selfId: string;
}

type Socket = Bun.ServerWebSocket<undefined>;

/** The far end, as far as these tests need one: it keeps what it got and how often. */
function listen(
  onOpen: (socket: Socket, count: number) => void,
  onMessage?: (text: string) => void,
) {
  let count = 0;
  return Bun.serve<undefined>({
    port: 0,
    fetch: (request, server) => {
      if (server.upgrade(request)) return undefined;
      return new Response(null, { status: 426 });
    },
    websocket: {
      open: (socket) => {
        count += 1;
        onOpen(socket, count);
      },
      message: (_socket, text) => onMessage?.(String(text)),
    },
  });
}

const cleanups: (() => unknown)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function connect(
  server: Bun.Server<undefined>,
  onMessage: (message: Message) => void,
  onWaiting: (waiting: Waiting) => void = () => {},
  firstRetryMs = 1,
): Line<Message> {
  const url = `ws://localhost:${server.port}/ws/topic`;
  const onRefused = () => {};
  const line = new Line<Message>({ url, onMessage, onWaiting, onRefused, firstRetryMs });
  cleanups.push(
    () => line.close(),
    () => server.stop(true),
  );
  return line;
}

test("a lost line is replaced, with the server's reason and a pause of half to one whole", async () => {
  const { promise: welcomedTwice, resolve } = Promise.withResolvers<void>();
  const events: string[] = [];
  const server = listen((socket, count) => {
    socket.send(JSON.stringify({ type: "welcome", selfId: String(count) }));
    if (count === 1) socket.close(1012, "restart");
  });
  connect(
    server,
    (frame) => {
      if (frame.type === "welcome") events.push(frame.selfId);
      if (events.length === 3) resolve();
    },
    ({ code, reason, retryMs }) => {
      expect(retryMs).toBeWithin(0.5, 1.0001);
      events.push(`${code} ${reason}`);
    },
  );
  await welcomedTwice;
  expect(events).toEqual(["1", "1012 restart", "2"]);
});

test("a pause ends when the user wants it", async () => {
  const { promise: welcomed, resolve } = Promise.withResolvers<void>();
  const server = listen((socket, count) => {
    if (count === 1) socket.close(1012, "restart");
    else socket.send(JSON.stringify({ type: "welcome", selfId: "a" }));
  });
  connect(
    server,
    () => resolve(),
    ({ retryNow }) => {
      retryNow();
      retryNow();
    },
    1_000_000,
  );
  await welcomed;
});

test("pauses grow while the server turns the client away", async () => {
  const { promise: lostFourTimes, resolve } = Promise.withResolvers<void>();
  const pauses: number[] = [];
  const server = Bun.serve<undefined>({
    port: 0,
    fetch: () => new Response(null, { status: 503 }),
    websocket: { message: () => {} },
  });
  connect(
    server,
    () => {},
    ({ retryMs }) => {
      pauses.push(retryMs);
      if (pauses.length === 4) resolve();
    },
  );
  await lostFourTimes;
  for (const [failures, pause] of pauses.entries()) {
    expect(pause).toBeWithin(2 ** failures / 2, 2 ** failures + 0.001);
  }
});

test("closing is for good", async () => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const lost: string[] = [];
  const server = Bun.serve<undefined>({
    port: 0,
    fetch: (request, self) => (self.upgrade(request) ? undefined : new Response()),
    websocket: {
      open: (socket) => void socket.send(JSON.stringify({ type: "welcome", selfId: "a" })),
      message: () => {},
      close: () => resolve(),
    },
  });
  const line = connect(
    server,
    () => line.close(),
    ({ reason }) => lost.push(reason),
  );
  await closed;
  expect(lost).toEqual([]);
  expect(line.send({ type: "offer" })).toBe(false);
});

test.each([1008, 4001, 4003])(
  "a line that is closed with %d is refused, for good",
  async (code) => {
    const { promise: refused, resolve } = Promise.withResolvers<string>();
    const server = Bun.serve<undefined>({
      port: 0,
      fetch: (request, self) => {
        return self.upgrade(request) ? undefined : new Response();
      },
      websocket: { open: (socket) => socket.close(code, "no"), message: () => {} },
    });
    cleanups.push(() => server.stop(true));
    const lost: string[] = [];
    const line = new Line({
      url: `ws://localhost:${server.port}/`,
      onMessage: () => {},
      onWaiting: ({ reason }) => lost.push(reason),
      onRefused: resolve,
      firstRetryMs: 1,
    });
    expect(await refused).toBe("no");
    expect({ lost, isSent: line.send({}) }).toEqual({ lost: [], isSent: false });
  },
);
