// A way to a server that can be cut: all connections are lost, and no new one is taken until it is mended.

import type { Socket, TCPSocketListener } from "bun";

interface Side {
  other: Socket<Side> | undefined;
  /** What came before there was another side. */
  early: Buffer[];
}

export class TcpProxy implements AsyncDisposable {
  readonly #listener: TCPSocketListener<Side>;
  readonly #open = new Set<Socket<Side>>();
  #isCut = false;

  private constructor(target: URL) {
    const open = this.#open;
    const socket = {
      data: (from: Socket<Side>, bytes: Buffer) => {
        if (from.data.other === undefined) from.data.early.push(Buffer.from(bytes));
        else from.data.other.write(bytes);
      },
      close: (from: Socket<Side>) => {
        open.delete(from);
        from.data.other?.end();
      },
      error: () => undefined,
    };
    this.#listener = Bun.listen<Side>({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        ...socket,
        open: async (client) => {
          client.data = { other: undefined, early: [] };
          if (this.#isCut) return client.terminate();
          open.add(client);
          const server = await Bun.connect<Side>({
            hostname: target.hostname,
            port: Number(target.port),
            data: { other: client, early: [] },
            socket,
          });
          open.add(server);
          for (const bytes of client.data.early) server.write(bytes);
          client.data.other = server;
        },
      },
    });
  }

  static async start(target: URL): Promise<TcpProxy> {
    return new TcpProxy(target);
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${this.#listener.port}/`);
  }

  cut(): void {
    this.#isCut = true;
    for (const socket of [...this.#open]) socket.terminate();
  }

  mend(): void {
    this.#isCut = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#listener.stop(true);
  }
}
