// What evil clients are made of. What they say holds a word that must never turn up in the log.

import { connect } from "node:net";
import fc from "fast-check";
import { requestText } from "../../support/raw-http.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { upgradeHeaders } from "../../support/raw-upgrade.ts";

export const canary = "CANARY-5Qz";

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

/** Sends texts that the server answers, and a close, and reads on until that is answered too. */
export async function sendAndLeave(url: URL, texts: readonly string[]): Promise<void> {
  const socket = await open(url);
  for (const text of texts) socket.send(text);
  socket.close(1000, canary);
  await socket.gone;
}

export const randomBytes = (seed: number): readonly Uint8Array[] =>
  fc.sample(fc.uint8Array({ minLength: 1, maxLength: 4096 }), { numRuns: 100, seed });
