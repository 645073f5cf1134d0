// What evil clients are made of. What they say holds a word that must never turn up in the log.

import { connect } from "node:net";
import fc from "fast-check";
import { requestText } from "../../support/raw-http.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { upgradeHeaders } from "../../support/raw-upgrade.ts";

export const canary = "CANARY-5Qz";

/** Keys under which objects have something that nobody has put there. */
export const ownKeys = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "then",
];

/** Attacks a server, and returns once it has been dealt with. */
export type Attack = (url: URL) => Promise<unknown>;

const headers = {
  "User-Agent": canary,
  Origin: `https://${canary}.example`,
  Cookie: `session=${canary}`,
  "Sec-WebSocket-Protocol": canary,
  [`X-${canary}`]: canary,
};

const path = `/ws/${canary}?metadata={"name":"${canary}"}&token=${canary}`;

export const open = (url: URL): Promise<RawSocket> => RawSocket.open(url, path, { headers });

export const upgrade = (url: URL): string =>
  requestText(url, "GET", path, { ...upgradeHeaders, ...headers });

export const everyOf = <Item>(items: readonly Item[], act: (item: Item) => Promise<unknown>) =>
  Promise.all(items.map(act));

export const repeat = (times: number, act: (index: number) => Promise<unknown>): Promise<unknown> =>
  everyOf([...Array(times).keys()], act);

/** Connects, writes, and waits for the end of the connection. */
export function pour(url: URL, bytes: string | Uint8Array, end: "finish" | "reset"): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connect(Number(url.port), url.hostname);
  socket.on("error", () => undefined);
  socket.on("close", () => resolve());
  socket.on("data", () => undefined);
  socket.on("connect", () =>
    socket.write(bytes, () => (end === "finish" ? socket.end() : socket.resetAndDestroy())),
  );
  return promise;
}

/** Opens sockets of its own for texts, and waits until each has been closed by the server. */
export const sendAndLose = (url: URL, texts: readonly string[]): Promise<unknown> =>
  everyOf(texts, async (text) => {
    const socket = await open(url);
    socket.send(text);
    await socket.closed;
  });

/** Sends texts and a close, and reads on until that is answered, or the server has closed the socket. */
export async function sendAndLeave(
  opening: Promise<RawSocket>,
  texts: readonly string[],
): Promise<void> {
  const socket = await opening;
  for (const text of texts) socket.send(text);
  socket.close(1000, canary);
  await socket.gone;
}

/** Sends random bytes as whole frames, and as anything, on sockets of their own. */
export const sendNoise = (seed: number, connect: () => Promise<RawSocket>): Promise<unknown> =>
  everyOf(randomBytes(seed), async (bytes) => {
    const socket = await connect();
    socket.sendBinary(bytes);
    socket.sendBytes(bytes);
    socket.finish();
    await socket.gone;
  });

export const randomBytes = (seed: number): readonly Uint8Array[] =>
  fc.sample(fc.uint8Array({ minLength: 1, maxLength: 4096 }), { numRuns: 100, seed });
