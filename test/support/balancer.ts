// A load balancer in the smallest: each WebSocket goes to the next node, whoever opens it. Plain requests
// go to the first. Bytes pass as they are, and so does the end of a connection, orderly or not.

import { connect, createServer, type Server, type Socket } from "node:net";

const isUpgrade = (head: Buffer): boolean => /\r\nupgrade:/i.test(head.toString("latin1"));

export class Balancer implements AsyncDisposable {
  readonly url: URL;
  readonly #server: Server;
  readonly #sockets: ReadonlySet<Socket>;

  private constructor(url: URL, server: Server, sockets: ReadonlySet<Socket>) {
    this.url = url;
    this.#server = server;
    this.#sockets = sockets;
  }

  static async start(nodes: readonly URL[]): Promise<Balancer> {
    const sockets = new Set<Socket>();
    let turn = 0;
    const server = createServer({ allowHalfOpen: true }, (client) => {
      client.once("data", (head: Buffer) => {
        client.pause();
        const node = nodes[isUpgrade(head) ? turn++ % nodes.length : 0]!;
        const port = Number(node.port);
        const upstream = connect({ port, host: node.hostname, allowHalfOpen: true });
        upstream.write(head);
        for (const [from, to] of [
          [client, upstream],
          [upstream, client],
        ] as const) {
          sockets.add(from);
          from.on("error", () => to.resetAndDestroy());
          from.on("close", () => sockets.delete(from));
          from.pipe(to);
        }
      });
      client.on("error", () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("this is no port");
    return new Balancer(new URL(`http://127.0.0.1:${address.port}`), server, sockets);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
