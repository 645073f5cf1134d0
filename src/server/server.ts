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
import { pageRoutes } from "../pages/pages.ts";
import type { GetRoute, Protocol, SocketRoute } from "../protocols/protocol.ts";
import { protocols as everyProtocol } from "../protocols/protocols.ts";
import { Connection } from "./connection.ts";
import { methodNotAllowed, notFound, unavailable } from "./http/answer.ts";
import { allowOrigin, preflight } from "./http/cors.ts";
import { type Health, healthRoutes } from "./http/health.ts";
import { isUpgrade, upgradeRequired, urlOf } from "./http/request.ts";
import { drainSeconds, host, limitsOf, maxConnections, maxFrameBytes } from "./options.ts";
import { type Match, Router } from "./router.ts";
import { ownRoutes, protocolRoutes, type ServedRoute } from "./services.ts";

type Socket = ServerWebSocket<Connection>;
type SocketFound = ServedRoute & { readonly route: SocketRoute };
type GetFound = ServedRoute & { readonly route: GetRoute };

/** On which port a server listens. */
export interface ListenOptions {
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
  readonly #listenOptions: ListenOptions;
  readonly #log: Log;
  readonly #cluster: Membership | undefined;
  readonly #node: Node;
  readonly #router: Router<ServedRoute>;
  readonly #server: Server<Connection>;
  readonly #stopClock: () => void;
  #isDraining = false;

  /**
   * Listens, and serves every protocol.
   * @throws {RouteCollision} when two routes answer the same requests; else when the address cannot be
   * listened on
   */
  constructor(
    settings: Settings,
    log: Log,
    version: string,
    listen: ListenOptions,
    protocols: readonly Protocol[] = everyProtocol,
  ) {
    this.#settings = settings;
    this.#listenOptions = listen;
    this.#log = log;
    this.#cluster = joinCluster(settings, log);
    const node = new Node({
      limits: limitsOf(settings),
      publish: (channel, frame) => this.#server.publish(channel, frame),
      fault: (thrown) => log.error(describeFault(thrown), "fault"),
      log,
      bus: this.#cluster?.bus,
    });
    this.#node = node;
    const shared = { node, settings, log, tokens: new Tokens(settings, log), held: { length: 0 } };
    const guides = protocols.map(({ guide }) => guide);
    const own = [...pageRoutes(guides, version), ...healthRoutes(() => this.#health)];
    this.#router = new Router([...protocolRoutes(shared, protocols), ...ownRoutes(shared, own)]);
    this.#server = this.#listen();
    this.#stopClock = node.clock.start();
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
    if (this.#listenOptions.isShared) void this.#server.stop();
    const seconds = this.#settings(drainSeconds);
    await Promise.race([this.#closeAll(seconds / 2), Bun.sleep(seconds * 1000)]);
    this.#stopClock();
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
      port: this.#listenOptions.port,
      hostname: this.#settings(host),
      development: false,
      // Bun 1.4.4 shares the port with any other server unless told not to.
      reusePort: this.#listenOptions.isShared,
      maxRequestBodySize: frameBytes,
      fetch: (request, server) => this.#answer(request, server),
      error: (error) => {
        this.#log.error(describeFault(error), "fault while answering a request");
        return new Response("internal error\n", { status: 500 });
      },
      websocket: {
        maxPayloadLength: frameBytes,
        backpressureLimit: socketBufferBytes(frameBytes),
        // The sweep of the peers does the work of both.
        idleTimeout: 0,
        sendPings: false,
        open: (socket) => this.#open(socket),
        message: (socket, message) => socket.data.message(message),
        drain: (socket) => socket.data.peer?.outbox.drained(),
        ping: (socket) => socket.data.peer?.seen(),
        pong: (socket) => socket.data.peer?.seen(),
        close: (socket, code, reason) => this.#closed(socket, code, reason),
        error: (error, socket) => {
          socket.data.context.fault(error);
          socket.data.peer?.close(closeReasons.fault);
        },
      },
    });
  }

  /** @returns nothing when the request became a WebSocket */
  #answer(request: Request, server: Server<Connection>): Response | Promise<Response> | undefined {
    if (request.method === "OPTIONS") return allowOrigin(request, preflight());
    if (request.method !== "GET" && request.method !== "HEAD")
      return allowOrigin(request, methodNotAllowed());
    const url = urlOf(request);
    const isUpgrading = isUpgrade(request);
    const socket = this.#router.socket(url.pathname);
    if (socket !== undefined && isUpgrading) {
      const response = this.#upgrade(request, server, socket, url);
      return response && allowOrigin(request, response);
    }
    const get = isUpgrading ? undefined : this.#router.get(url.pathname);
    if (get !== undefined) return this.#get(request, get, url);
    return allowOrigin(request, socket === undefined ? notFound() : this.#noUpgrade(socket, url));
  }

  /** A plain request at the address of a socket is told what is wrong with the address, if something is. */
  #noUpgrade({ found, params }: Match<SocketFound>, url: URL): Response {
    const opening = found.route.socket({ url, params });
    return opening instanceof Response ? opening : upgradeRequired();
  }

  #get(request: Request, { found, params }: Match<GetFound>, url: URL) {
    const { gate, route } = found;
    const response = gate.answer(route, { url, params }, request);
    // What is for operators is never for the page of another origin.
    if (route.access === "operator") return response;
    return response instanceof Promise
      ? response.then((late) => allowOrigin(request, late))
      : allowOrigin(request, response);
  }

  #upgrade(
    request: Request,
    server: Server<Connection>,
    { found, params }: Match<SocketFound>,
    url: URL,
  ): Response | undefined {
    const { gate, route, connections } = found;
    const visit = { url, params };
    const opening = route.socket(visit);
    if (opening instanceof Response) return opening;
    if (this.#isDraining) return unavailable("this server is being stopped");
    const limit = this.#settings(maxConnections);
    if (limit > 0 && this.#node.peers.size >= limit) return unavailable("this server is full");
    const gated =
      typeof opening === "function" ? gate.opening(route, opening, request, visit) : () => opening;
    const isUpgraded = server.upgrade(request, {
      data: new Connection(connections, gated, url.pathname),
      // Never unset, or Bun would accept the first subprotocol that the client offers.
      headers: { "Sec-WebSocket-Protocol": acceptedProtocol(request) },
    });
    return isUpgraded ? undefined : upgradeRequired();
  }

  get #health(): Health {
    return { isReady: !this.#isDraining, isDegraded: !this.#node.bus.isReachable };
  }

  #open(socket: Socket): void {
    const { data } = socket;
    data.open(this.#node.connect(socket, data.context.patience));
  }

  #closed(socket: Socket, code: number, reason: string): void {
    const { peer, context } = socket.data;
    if (peer === undefined) return;
    this.#node.disconnect(peer);
    socket.data.closed();
    const end = describeEnd(code, reason, peer.ended);
    const level = end.by === "server" ? "info" : "debug";
    this.#log[level]({ protocol: context.protocol, ...end }, "connection ended");
  }
}
