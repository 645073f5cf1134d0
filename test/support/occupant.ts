// Somebody else on a port: listens there, accepts whoever connects, and never says a word.

import { createServer, type Socket } from "node:net";

export interface Occupant extends AsyncDisposable {
  readonly port: number;
}

/**
 * Listens on the loopback address.
 * @param port 0 takes a free one; one that is taken already is as good
 */
export async function occupy(port: number): Promise<Occupant> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  server.on("error", () => resolve(port));
  server.listen(port, "127.0.0.1", () => {
    const address = server.address();
    resolve(typeof address === "object" && address !== null ? address.port : port);
  });
  return {
    port: await promise,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
