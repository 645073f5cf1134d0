// Two subscribers of one channel, on Bun's own sockets and on fake ones, behind one face: what is measured
// on the first has to be true of the second.

import type { Transport } from "../../src/core/transport.ts";
import { FakeBroker } from "../support/fake-broker.ts";
import { FakeSocket } from "../support/fake-socket.ts";
import { RawSocket } from "../support/raw-socket.ts";

export const limitBytes = 1_048_576;

/** The server's end of a connection, and the reader at the other. */
export interface Line {
  readonly socket: Transport;
  /** `drained: <bytes buffered>` and `closed`, and whatever a test adds. */
  readonly events: string[];
  /** Stops reading; the kernel takes some MB more. */
  stall(): void;
  /** Reads, from now on, until a frame comes, or the end: all since the last call. */
  readUntil(last: string): Promise<readonly string[]>;
}

export interface Rig extends AsyncDisposable {
  readonly lines: readonly [Line, Line];
  publish(frame: string): void;
  /** The event loop turns. */
  turn(): Promise<void>;
}

export const channel = "channel";

export async function fakeRig(): Promise<Rig> {
  const broker = new FakeBroker();
  return {
    lines: [fakeLine(broker), fakeLine(broker)],
    publish: (frame) => broker.publish(channel, frame),
    turn: async () => broker.endTick(),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function fakeLine(broker: FakeBroker): Line {
  const socket = new FakeSocket(broker, limitBytes);
  const events: string[] = [];
  socket.subscribe(channel);
  socket.onDrain = () => events.push(`drained: ${socket.getBufferedAmount()}`);
  socket.onClose = () => events.push("closed");
  let read = 0;
  return {
    socket,
    events,
    stall: () => socket.stall(3_000_000),
    readUntil: async (last) => {
      broker.endTick();
      socket.read();
      const end = socket.end === undefined ? [] : [`${socket.end.code} ${socket.end.reason}`];
      const texts = [...socket.received.slice(read), ...end];
      read = socket.received.length;
      return texts.slice(0, texts.indexOf(last) + 1);
    },
  };
}

interface Data {
  readonly number: number;
  readonly events: string[];
}

export async function realRig(): Promise<Rig> {
  const sockets: Bun.ServerWebSocket<Data>[] = [];
  const server = Bun.serve<Data>({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request, upgrading) => {
      upgrading.upgrade(request, { data: { number: 1, events: [] } });
    },
    websocket: {
      backpressureLimit: limitBytes,
      open: (socket) => {
        socket.subscribe(channel);
        sockets.push(socket);
      },
      message: () => undefined,
      drain: (socket) => {
        socket.data.events.push(`drained: ${socket.getBufferedAmount()}`);
      },
      close: (socket) => {
        socket.data.events.push("closed");
      },
    },
  });
  const open = async (): Promise<Line> => {
    const client = await RawSocket.open(server.url, "/");
    return realLine(sockets.at(-1)!, client);
  };
  return {
    lines: [await open(), await open()],
    publish: (frame) => server.publish(channel, frame),
    turn: () => new Promise((resolve) => setImmediate(() => setImmediate(resolve))),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

function realLine(socket: Bun.ServerWebSocket<Data>, client: RawSocket): Line {
  return {
    socket,
    events: socket.data.events,
    stall: () => client.pause(),
    readUntil: async (last) => {
      client.resume();
      const texts: string[] = [];
      while (texts.at(-1) !== last)
        texts.push(
          await client.next().catch(async () => {
            const { code, reason } = await client.closed;
            return `${code} ${reason}`;
          }),
        );
      return texts;
    },
  };
}
