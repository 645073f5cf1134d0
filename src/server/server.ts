// One listening port: takes requests, passes socket events on, and ends it all in order. Nothing else knows Bun's sockets.

import type { Server } from "bun";
import { acceptedProtocol } from "../auth/carried.ts";
import type { Tokens } from "../auth/tokens.ts";
import { joinCluster, type Membership } from "../cluster/join.ts";
import { closeReasons } from "../core/close.ts";
import { closeAll } from "../core/drain.ts";
import { Node } from "../core/node.ts";
import { Staying } from "../core/staying.ts";
import { NodeCounts } from "../observe/counts.ts";
import { describeFault } from "../observe/fault.ts";
import type { Log } from "../observe/log.ts";
import { noteLag } from "../observe/loop-lag.ts";
import type { Settings } from "../options/option.ts";
import type { Protocol } from "../protocols/protocol.ts";
import { protocols as everyProtocol } from "../protocols/protocols.ts";
import { Admission } from "./admission.ts";
import type { Asked } from "./asked.ts";
import { atMost } from "./at-most.ts";
import { Connection } from "./connection.ts";
import { ConnectionLog } from "./connection-log.ts";
import { socketBytesOf } from "./frame-bytes.ts";
import { hostedIceOf } from "./hosted-ice.ts";
import type { Health } from "./http/health.ts";
import { upgradeRequired } from "./http/request.ts";
import { httpRoutes } from "./http/routes.ts";
import { Listener } from "./listener.ts";
import { NodeOperators } from "./node-operators.ts";
import { host, limitsOf } from "./options.ts";
import { RequestTurns } from "./request-turns.ts";
import { Requests } from "./requests.ts";
import { tokensOf } from "./revocation-sweep.ts";
import { Router } from "./router.ts";
import { serve } from "./serve.ts";
import { ownRoutes, protocolRoutes } from "./services.ts";
import { SlowWatch } from "./slow-watch.ts";
import { socketEvents } from "./socket-events.ts";
import { drainDelayMs, drainSeconds, resumeKey, resumeSeconds } from "./staying-options.ts";
import type { ServerCertificate } from "./tls/server-certificate.ts";

/** On which port a server listens. */
export interface ListenOptions {
  readonly port: number;
  /** Whether other processes of this server listen on the same port. */
  readonly isShared: boolean;
  /** Set if the server speaks TLS: other processes of the same user can then listen on the port too. */
  readonly certificate?: ServerCertificate | undefined;
}

/** The longest time for saying good-bye to the other nodes, in milliseconds. */
const farewellMs = 1000;

export class SignalServer {
  readonly operators: NodeOperators;
  readonly #settings: Settings;
  readonly #listenOptions: ListenOptions;
  #certificate: ServerCertificate | undefined;
  readonly #tokens: Tokens;
  readonly #log: Log;
  readonly #counts = new NodeCounts();
  readonly #cluster: Membership | undefined;
  readonly #node: Node;
  readonly #connectionLog: ConnectionLog;
  readonly #admission: Admission;
  readonly #requests: Requests;
  readonly #turns: RequestTurns;
  readonly #listener: Listener;
  readonly #stopClock: () => void;

  /**
   * Listens, and serves every protocol.
   * @param settings may change where their options have `isReloaded`: then call `reload`
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
    this.#certificate = listen.certificate;
    this.#log = log;
    this.#cluster = joinCluster(settings, log, settings(resumeSeconds));
    const node = new Node({
      limits: limitsOf(settings),
      publish: (channel, frame, sender) => this.#listener.publish(channel, frame, sender),
      fault: (thrown, peer) => {
        this.#counts.faults++;
        log.error({ connection: peer?.connection, ...describeFault(thrown) }, "fault");
      },
      log,
      bus: this.#cluster?.bus,
    });
    this.#node = node;
    const hostedIce = hostedIceOf(settings, node.clock, log);
    const [health, operators] = [() => this.#health, () => this.operators];
    const own = httpRoutes({ settings, version, protocols, hostedIce, health, operators });
    const [counts, cluster, isShort] = [this.#counts, this.#cluster, () => this.#listener.isShort];
    const connectionLog = new ConnectionLog(log, settings, node.bus.node, counts);
    this.#connectionLog = connectionLog;
    const admission = new Admission(settings, node, log, counts, connectionLog, isShort);
    this.#admission = admission;
    const tokens = tokensOf(settings, log, node);
    this.#tokens = tokens;
    this.operators = new NodeOperators({ version, node, counts, admission, cluster, tokens });
    const shared = {
      node,
      settings,
      log,
      tokens,
      staying: new Staying(node, settings(resumeKey)),
      hostedIce,
      held: { length: 0 },
      addresses: admission.addresses,
      counts,
      connectionLog,
    };
    const router = new Router([...protocolRoutes(shared, protocols), ...ownRoutes(shared, own)]);
    this.#requests = new Requests(router, this.#admission, new SlowWatch(log, node.clock));
    this.#turns = new RequestTurns(node.fault);
    const bytes = socketBytesOf(settings, protocols);
    this.#listener = new Listener((port) => this.#listen(port, bytes), listen.port, {
      log,
      counts,
    });
    noteLag(node.clock, counts.loopLag);
    this.#stopClock = node.clock.start();
  }

  /** Where it listens. */
  get url(): URL {
    return this.#listener.url;
  }

  /**
   * Takes over what the settings say now. Whoever is connected stays.
   * @param certificate a new one; ignored by a server without TLS
   * @throws when the port cannot be listened on again: the old certificate stays
   */
  reload(certificate?: ServerCertificate): void {
    this.#node.setLimits(limitsOf(this.#settings));
    this.#admission.reload();
    this.#tokens.reload();
    this.#connectionLog.reload();
    const old = this.#certificate;
    if (certificate === undefined || old === undefined) return;
    if (certificate.cert === old.cert && certificate.key === old.key) return;
    this.#certificate = certificate;
    try {
      this.#listener.renew();
    } catch (thrown) {
      this.#certificate = old;
      throw thrown;
    }
  }

  /**
   * Becomes unready, closes all clients with 1012 over a few seconds, and stops listening.
   * Resolves within `drainDelaySeconds` and `drainSeconds`, or a second later if there may be other nodes to tell.
   */
  async drain(): Promise<void> {
    this.#admission.isReady = false;
    // New clients go to the other processes on this port.
    if (this.#listenOptions.isShared) this.#listener.refuse();
    await Bun.sleep(drainDelayMs(this.#settings, this.#cluster === undefined));
    this.#admission.isDraining = true;
    this.#cluster?.stopping();
    const seconds = this.#settings(drainSeconds);
    await atMost(seconds * 1000, this.#closeAll(seconds / 2));
    this.#stopClock();
    for (const peer of [...this.#node.peers]) peer.close(closeReasons.restart);
    await atMost(farewellMs, this.#cluster?.leave());
    await atMost(farewellMs, this.#connectionLog.end());
    await this.#listener.stop();
  }

  /** Closes the peers, then waits for them to answer, so that no Close frame is lost; half as long at most. */
  async #closeAll(seconds: number): Promise<void> {
    await closeAll(this.#node.peers, seconds);
    await this.#listener.emptied(seconds * 500);
  }

  #listen(port: number, bytes: ReturnType<typeof socketBytesOf>): Server<Connection> {
    const [node, admission, counts, log] = [this.#node, this.#admission, this.#counts, this.#log];
    const [connectionLog, turns] = [this.#connectionLog, this.#turns];
    const { isShared } = this.#listenOptions;
    const certificate = this.#certificate;
    return serve(
      { port, hostname: this.#settings(host), isShared, certificate },
      {
        maxRequestBodySize: bytes.frame,
        take: (request, server) => this.#take(request, server),
        fault: (error) => {
          counts.faults++;
          log.error(describeFault(error), "fault while answering a request");
        },
        websocket: socketEvents({ node, admission, counts, connectionLog, turns }, bytes),
      },
    );
  }

  #take(request: Request, server: Server<Connection>) {
    const asked = this.#requests.read(request, server.requestIP(request)?.address ?? "");
    return this.#turns.take(request, asked.key, () => this.#answer(request, asked, server));
  }

  /** @returns nothing if the request has become a WebSocket */
  #answer(
    request: Request,
    asked: Asked,
    server: Server<Connection>,
  ): Response | Promise<Response> | undefined {
    const answer = this.#requests.answer(request, asked);
    if (!(answer instanceof Connection)) return answer;
    const protocol = acceptedProtocol(request);
    // Set where some are offered: otherwise Bun accepts the first of them, which may be a token.
    const headers = protocol === undefined ? undefined : { "Sec-WebSocket-Protocol": protocol };
    const isUpgraded = server.upgrade(request, { data: answer, ...(headers && { headers }) });
    return isUpgraded ? undefined : upgradeRequired();
  }

  get #health(): Health {
    return { isReady: this.#admission.isReady, isDegraded: !this.#node.bus.isReachable };
  }
}
