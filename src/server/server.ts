// One listening port: requests to answers, upgrades to conversations, socket events to peers, and the end
// of it all. Nothing else knows Bun's sockets.

import type { Server, ServerWebSocket } from "bun";
import { acceptedProtocol } from "../auth/carried.ts";
import { Tokens } from "../auth/tokens.ts";
import { joinCluster, type Membership } from "../cluster/join.ts";
import { closeReasons } from "../core/close.ts";
import { closeAll } from "../core/drain.ts";
import { socketBufferBytes } from "../core/limits.ts";
import { Node } from "../core/node.ts";
import { describeEnd } from "../observe/connection-end.ts";
import { describeFault } from "../observe/fault.ts";
import type { Log } from "../observe/log.ts";
import type { Settings } from "../options/option.ts";
import { pages } from "../pages/pages.ts";
import type { Opening } from "../protocols/protocol.ts";
import { protocols } from "../protocols/protocols.ts";
import { Connection } from "./connection.ts";
import { answer, methodNotAllowed, notFound, unavailable } from "./http/answer.ts";
import { allowOrigin, preflight } from "./http/cors.ts";
import { isUpgrade, upgradeRequired } from "./http/upgrade.ts";
import { urlOf } from "./http/url.ts";
import { drainSeconds, host, limitsOf, maxConnections, maxFrameBytes } from "./options.ts";
import { type Mounted, mountAll } from "./router.ts";

type Socket = ServerWebSocket<Connection>;

/** Where a server listens. */
export interface Place {
  readonly port: number;
  /** Whether other processes of this program listen on the same port. */
  readonly isShared: boolean;
}

/** Milliseconds between two looks at whether all sockets are gone. */
const drainPollMs = 20;

/** Milliseconds that saying good-bye to the other nodes may take. */
const farewellMs = 1000;

export class SignalServer {
  readonly #settings: Settings;
  readonly #place: Place;
  readonly #log: Log;
  readonly #cluster: Membership | undefined;
  readonly #node: Node;
  readonly #tokens: Tokens;
  readonly #mounts: readonly Mounted[];
  readonly #pages;
  readonly #server: Server<Connection>;
  readonly #stopSweep: () => void;
  #isDraining = false;

  /**
   * Listens, and serves every protocol.
   * @throws when the address cannot be listened on
   */
  constructor(settings: Settings, log: Log, version: string, place: Place) {
    this.#settings = settings;
    this.#place = place;
    this.#log = log;
    this.#cluster = joinCluster(settings, log);
    this.#node = new Node(
      limitsOf(settings),
      (channel, frame) => this.#server.publish(channel, frame),
      this.#cluster?.bus,
    );
    this.#tokens = new Tokens(settings, log);
    this.#mounts = mountAll(this.#node, settings, log, this.#tokens);
    this.#pages = pages(
      protocols.map(({ guide }) => guide),
      version,
    );
    this.#server = this.#listen();
    this.#stopSweep = this.#node.peers.start();
  }

  /** Where it listens. */
  get url(): URL {
    return this.#server.url;
  }

  /**
   * Becomes unready, closes everybody with 1012 over a few seconds, and stops listening.
   * Resolves within `drainSeconds`, and a second more where there may be other nodes to tell.
   */
  async drain(): Promise<void> {
    this.#isDraining = true;
    // Whoever comes from now on is for the others on this port.
    if (this.#place.isShared) void this.#server.stop();
    const seconds = this.#settings(drainSeconds);
    await Promise.race([this.#closeAll(seconds / 2), Bun.sleep(seconds * 1000)]);
    this.#stopSweep();
    for (const peer of [...this.#node.peers]) peer.close(closeReasons.restart);
    await Promise.race([this.#cluster?.leave(), Bun.sleep(farewellMs)]);
    await this.#server.stop(true);
  }

  /** Closes the peers, then waits for them to answer, so that no Close frame is lost. */
  async #closeAll(seconds: number): Promise<void> {
    await closeAll(this.#node.peers, seconds);
    while (this.#server.pendingWebSockets > 0) await Bun.sleep(drainPollMs);
  }

  #listen(): Server<Connection> {
    const frameBytes = this.#settings(maxFrameBytes);
    return Bun.serve<Connection>({
      port: this.#place.port,
      hostname: this.#settings(host),
      development: false,
      // Bun 1.4.4 shares the port with any other server unless told not to.
      reusePort: this.#place.isShared,
      maxRequestBodySize: frameBytes,
      fetch: (request, server) => {
        const response = this.#route(request, server);
        if (response instanceof Promise) return response.then((late) => allowOrigin(request, late));
        return response && allowOrigin(request, response);
      },
      error: (error) => {
        this.#log.error(describeFault(error), "fault while answering a request");
        return new Response("internal error\n", { status: 500 });
      },
      websocket: {
        maxPayloadLength: frameBytes,
        backpressureLimit: socketBufferBytes(frameBytes),
        // The sweep of the peers takes the place of both.
        idleTimeout: 0,
        sendPings: false,
        open: (socket) => this.#open(socket),
        message: (socket, message) => socket.data.hear(message),
        drain: (socket) => socket.data.peer?.outbox.drained(),
        ping: (socket) => socket.data.peer?.seen(),
        pong: (socket) => socket.data.peer?.seen(),
        close: (socket, code, reason) => this.#closed(socket, code, reason),
        error: (error, socket) => {
          socket.data.entrance.fault(error);
          socket.data.peer?.close(closeReasons.fault);
        },
      },
    });
  }

  /** @returns nothing when the request became a WebSocket */
  #route(request: Request, server: Server<Connection>): Response | Promise<Response> | undefined {
    if (request.method === "OPTIONS") return preflight();
    if (request.method !== "GET" && request.method !== "HEAD") return methodNotAllowed();
    const url = urlOf(request);
    const incoming = { request, url, isUpgrade: isUpgrade(request) };
    for (const mount of this.#mounts) {
      const reply = mount.route(incoming);
      if (reply instanceof Response || reply instanceof Promise) return reply;
      if (reply !== undefined)
        return incoming.isUpgrade
          ? this.#upgrade(request, server, mount, reply)
          : upgradeRequired();
    }
    if (incoming.isUpgrade) return notFound();
    return answer(request, url.pathname, this.#pages, {
      isReady: !this.#isDraining,
      isDegraded: !this.#node.bus.isReachable,
    });
  }

  #upgrade(
    request: Request,
    server: Server<Connection>,
    { entrance }: Mounted,
    opening: Opening,
  ): Response | undefined {
    if (this.#isDraining) return unavailable("this server is being stopped");
    const limit = this.#settings(maxConnections);
    if (limit > 0 && this.#node.peers.size >= limit) return unavailable("this server is full");
    const isUpgraded = server.upgrade(request, {
      data: new Connection(entrance, opening),
      // Never none, or Bun would accept the first subprotocol that the client offers.
      headers: { "Sec-WebSocket-Protocol": acceptedProtocol(request) },
    });
    return isUpgraded ? undefined : upgradeRequired();
  }

  #open(socket: Socket): void {
    const { data } = socket;
    data.open(this.#node.connect(socket, data.entrance.patience));
  }

  #closed(socket: Socket, code: number, reason: string): void {
    const { peer, entrance } = socket.data;
    if (peer === undefined) return;
    this.#node.disconnect(peer);
    socket.data.closed();
    const end = describeEnd(code, reason, peer.ended);
    const level = end.by === "server" ? "info" : "debug";
    this.#log[level]({ protocol: entrance.protocol, ...end }, "connection ended");
  }
}
