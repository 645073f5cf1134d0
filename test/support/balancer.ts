// A load balancer in the smallest: each WebSocket goes to the next node, whoever opens it. Plain requests
// go to the first. Where a node cannot be reached, the next one gets them. Bytes pass as they are, and so does the end of
// a connection, orderly or not.

import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

const isUpgrade = (head: Buffer): boolean => /\r\nupgrade:/i.test(head.toString("latin1"));

export class Balancer implements AsyncDisposable {
  /** The node that all WebSockets go to from now on, by its number; by turns if unset. */
  preferred: number | undefined;
  readonly #server: Server;
  readonly #sockets: ReadonlySet<Socket>;

  private constructor(nodes: readonly URL[]) {
    const sockets = new Set<Socket>();
    let turn = 0;
    const server = createServer({ allowHalfOpen: true }, (client) => {
      sockets.add(client);
      client.on("close", () => sockets.delete(client));
      client.once("data", async (head: Buffer) => {
        client.pause();
        const upstream = await reach(nodes, isUpgrade(head) ? (this.preferred ?? turn++) : 0);
        if (upstream === undefined || client.destroyed) {
          upstream?.resetAndDestroy();
          client.resetAndDestroy();
          return;
        }
        sockets.add(upstream);
        upstream.on("close", () => sockets.delete(upstream));
        upstream.write(head);
        for (const [from, to] of [
          [client, upstream],
          [upstream, client],
        ] as const) {
          from.on("error", () => to.resetAndDestroy());
          from.pipe(to);
        }
      });
      client.on("error", () => undefined);
    });
    this.#server = server;
    this.#sockets = sockets;
  }

  static async start(nodes: readonly URL[]): Promise<Balancer> {
    const balancer = new Balancer(nodes);
    await new Promise<void>((resolve) => balancer.#server.listen(0, "127.0.0.1", resolve));
    return balancer;
  }

  get url(): URL {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("this is no port");
    return new URL(`http://127.0.0.1:${address.port}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Connects to the node whose turn it is, or to the next one that takes connections; `undefined` if none does. */
async function reach(nodes: readonly URL[], turn: number): Promise<Socket | undefined> {
  for (const [index] of nodes.entries()) {
    const { hostname: host, port } = nodes[(turn + index) % nodes.length]!;
    const socket = connect({ port: Number(port), host, allowHalfOpen: true });
    const isReached = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    if (isReached) return socket;
  }
  return undefined;
}
