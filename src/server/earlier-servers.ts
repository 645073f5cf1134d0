// Servers that listen no more, but may have sockets still.

import type { Server } from "bun";
import type { Connection } from "./connection.ts";

/** So that not every shortage of files leaves a server behind. */
const maxServers = 64;

export class EarlierServers {
  #servers: Server<Connection>[] = [];

  get all(): readonly Server<Connection>[] {
    return this.#servers;
  }

  add(server: Server<Connection>): void {
    this.#servers.push(server);
    this.forgetEmpty();
  }

  /** Of too many, those with the fewest sockets end. */
  forgetEmpty(): void {
    if (this.#servers.length === 0) return;
    const servers = this.#servers.filter(({ pendingWebSockets }) => pendingWebSockets > 0);
    servers.sort((a, b) => b.pendingWebSockets - a.pendingWebSockets);
    this.#servers = servers.slice(0, maxServers);
    for (const server of servers.slice(maxServers)) void server.stop(true);
  }
}
