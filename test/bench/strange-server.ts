// Servers that a load generator should not get on with.

export interface Strangeness {
  /** What it says to every newcomer; without it, WebSockets are not known here. */
  readonly greetings?: readonly string[];
  /** What it says to every message. */
  readonly answer?: string;
  /** The code and reason with which it closes a connection after its greetings. */
  readonly close?: readonly [number, string];
}

/** Listens on a free port of the loopback address. */
export function serveStrangely({ greetings, answer, close }: Strangeness): Bun.Server<undefined> {
  return Bun.serve<undefined>({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request, server) {
      if (greetings !== undefined && server.upgrade(request)) return undefined;
      return new Response("a page");
    },
    websocket: {
      open(socket) {
        for (const greeting of greetings ?? []) socket.send(greeting);
        if (close !== undefined) socket.close(...close);
      },
      message(socket) {
        if (answer !== undefined) socket.send(answer);
      },
    },
  });
}
