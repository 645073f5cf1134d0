// A stay in a room, whose token is renewed, with a server that the test plays.

import { afterEach, expect, test } from "bun:test";
import { RoomStay } from "../../../src/pages/demo/room/stay.ts";
import type { Token } from "../../../src/pages/demo/room/token.ts";

type Socket = Bun.ServerWebSocket<undefined>;

/** Answers as the server does: it says nothing of a good token, and that a user is not there. */
class PlayedServer {
  readonly #server: Bun.Server<undefined>;
  /** The token of each connection. */
  readonly connectedWith: string[] = [];
  readonly given: string[] = [];
  /** Why tokens are not taken. */
  readonly refusals = new Map<string, string>();
  /** What is done in place of taking a token. */
  instead: ((socket: Socket) => void) | undefined;
  socket: Socket | undefined;

  constructor() {
    const { refusals, given } = this;
    this.#server = Bun.serve({
      port: 0,
      fetch: (request, server) => {
        const [, token = ""] = request.headers.get("Sec-WebSocket-Protocol")?.split(", ") ?? [];
        this.connectedWith.push(token);
        const headers = { "Sec-WebSocket-Protocol": "bearer" };
        const isUpgraded = server.upgrade(request, { headers });
        return isUpgraded ? undefined : new Response(null, { status: 426 });
      },
      websocket: {
        open: (socket) => {
          this.socket = socket;
          const participants = [{ user_id: "ann", username: "Ann" }];
          socket.send(JSON.stringify({ type: "room-state", payload: { participants } }));
        },
        message: (socket, text) => {
          const { token, target_user_id } = JSON.parse(String(text)).payload;
          if (target_user_id !== undefined)
            return this.fail("TARGET_NOT_FOUND", "this user is not in the room", target_user_id);
          given.push(token);
          if (this.instead !== undefined) return this.instead(socket);
          const refusal = refusals.get(token);
          if (refusal !== undefined) this.fail("INVALID_MESSAGE", refusal);
        },
      },
    });
  }

  get origin(): string {
    return `http://localhost:${this.#server.port}`;
  }

  fail(code: string, message: string, target_user_id?: string): void {
    const payload = { code, message, details: { target_user_id } };
    this.socket?.send(JSON.stringify({ type: "error", payload }));
  }

  end(): Promise<void> {
    return this.#server.stop(true);
  }
}

const token = (text: string): Token => ({ text, userId: "ann", until: 0 });

let end = async () => {};
afterEach(() => end());

/** A stay that began with the token `first`. */
async function enter() {
  const server = new PlayedServer();
  const ending = new AbortController();
  Reflect.set(globalThis, "location", { origin: server.origin });
  end = async () => {
    ending.abort();
    await server.end();
    Reflect.deleteProperty(globalThis, "location");
  };
  /** Each once it is told, with the token that counts then. */
  const told: string[] = [];
  let isTold = () => {};
  const tell = (text: string) => {
    told.push(`${text}; ${stay.token.text} counts`);
    isTold();
  };
  const ice = { iceServers: [] };
  const stay = new RoomStay({
    room: "room",
    token: token("first"),
    ice,
    onName: () => {},
    onRenewed: ({ text }) => tell(`took ${text}`),
    onNotRenewed: (reason) => tell(`refused: ${reason}`),
    onError: (code, message) => tell(`${code}: ${message}`),
  });
  const options = { signal: ending.signal, onWaiting: () => {}, RTCPeerConnection: class {} };
  await stay.enter(options);
  return {
    server,
    renew: (text: string) => stay.renew({ token: token(text), ice }),
    /** Resolves once so much was told. */
    told: (count: number) =>
      new Promise<readonly string[]>((resolve) => {
        isTold = () => {
          if (told.length >= count) resolve(told);
        };
        isTold();
      }),
  };
}

test("a token counts once the server has taken it, and what it refuses after that is something else", async () => {
  const { server, renew, told } = await enter();
  renew("second");
  await told(1);
  server.fail("INVALID_MESSAGE", "a message has at most 262144 bytes");
  expect(await told(2)).toEqual([
    "took second; second counts",
    "INVALID_MESSAGE: a message has at most 262144 bytes; second counts",
  ]);
});

test("of tokens that are given at once the one that is refused is told of, and the others count", async () => {
  const { server, renew, told } = await enter();
  server.refusals.set("third", "room not allowed");
  for (const text of ["second", "third", "fourth"]) renew(text);
  expect(await told(4)).toEqual([
    "took second; second counts",
    "INVALID_MESSAGE: room not allowed; second counts",
    "refused: room not allowed; second counts",
    "took fourth; fourth counts",
  ]);
});

test("a token that a connection has taken along is given to the next one, which begins with the one before", async () => {
  const { server, renew, told } = await enter();
  server.instead = (socket) => {
    server.instead = undefined;
    socket.terminate();
  };
  renew("second");
  expect(await told(1)).toEqual(["took second; second counts"]);
  expect([server.connectedWith, server.given]).toEqual([
    ["first", "first"],
    ["second", "second"],
  ]);
});
