// Decides which requests are answered and which are upgraded, and logs why upgrades are refused. Nothing of a request's
// body is ever waited for.

import type { Node } from "../core/node.ts";
import { Rate } from "../core/rate.ts";
import type { NodeCounts } from "../observe/counts.ts";
import type { Log } from "../observe/log.ts";
import type { Settings } from "../options/option.ts";
import type { SocketRoute } from "../protocols/protocol.ts";
import { AddressTable } from "./address-table.ts";
import { type AdmissionRules, admissionRules } from "./admission-rules.ts";
import type { Asked } from "./asked.ts";
import { Connection } from "./connection.ts";
import { newConnectionNumber } from "./connection-context.ts";
import type { ConnectionLog } from "./connection-log.ts";
import {
  badOrigin,
  internalError,
  noSocketHere,
  severalHosts,
  tooMany,
  unavailable,
} from "./http/answer.ts";
import { type HandshakeProblem, refusedHandshake } from "./http/request.ts";
import { MemoryGuard } from "./memory-guard.ts";
import type { Origins } from "./origins.ts";
import type { Match } from "./router.ts";
import type { ServedRoute } from "./services.ts";
import { addressIn } from "./turn-key.ts";

/** The socket route that a request matches. */
export type SocketMatch = Match<ServedRoute & { readonly route: SocketRoute }>;

/** Why an upgrade is refused, in the words of the log. */
type UpgradeRefusal =
  | HandshakeProblem
  | "not-found"
  | "bad-address"
  | "draining"
  | "full"
  | "files"
  | "memory"
  | "too-many-connects"
  | "address-connections"
  | "address-requests"
  | "origin"
  | "fault";

/** A refusal and its answer. */
type Refused = readonly [UpgradeRefusal, Response];

export class Admission {
  readonly #settings: Settings;
  #rules: AdmissionRules;
  /** What each client address is doing. */
  readonly addresses: AddressTable;
  readonly #node: Node;
  readonly #connectionLog: ConnectionLog;
  readonly #counts: NodeCounts;
  readonly #isShortOfFiles: () => boolean;
  readonly #connects: Rate;
  #connected = 0;
  readonly #memory: MemoryGuard;
  /** Whether load balancers are to send clients here. */
  isReady = true;
  /** Set when the server is being stopped. Nobody is let in from then on. */
  isDraining = false;

  /**
   * @param settings are read again by `reload`
   * @param isShortOfFiles whether there are too few files for new clients
   */
  constructor(
    settings: Settings,
    node: Node,
    log: Log,
    counts: NodeCounts,
    connectionLog: ConnectionLog,
    isShortOfFiles: () => boolean,
  ) {
    this.#settings = settings;
    this.#isShortOfFiles = isShortOfFiles;
    this.#node = node;
    this.#connectionLog = connectionLog;
    this.#counts = counts;
    const rules = admissionRules(settings);
    this.#rules = rules;
    this.addresses = new AddressTable(node.clock, rules.addressLimits);
    this.#connects = new Rate(node.clock, rules.connectsPerSecond);
    this.#memory = new MemoryGuard(node.clock, rules.memoryLimitBytes, log);
  }

  get origins(): Origins {
    return this.#rules.origins;
  }

  /** No limit is `Infinity`. */
  get maxConnections(): number {
    return this.#rules.maxConnections;
  }

  get memoryLimitBytes(): number {
    return this.#rules.memoryLimitBytes;
  }

  /** Takes over what the settings say now, for whoever comes next. */
  reload(): void {
    const rules = admissionRules(this.#settings);
    this.#rules = rules;
    this.addresses.setLimits(rules.addressLimits);
    this.#connects.set(rules.connectsPerSecond);
    this.#memory.limitBytes = rules.memoryLimitBytes;
  }

  /** The client's address: see `ClientAddresses.of`. @param peer address of the connection */
  addressOf({ headers }: Request, peer: string): string | undefined {
    return this.#rules.clients.of(headers, peer);
  }

  /** @returns the answer to a request that is refused whatever it asks for */
  refuse({ headers }: Request, address: string | undefined): Response | undefined {
    // Several Host headers arrive as one, with commas (RFC 9112, section 3.2: 400).
    if (headers.get("Host")?.includes(",") === true) return severalHosts();
    const origin = headers.get("Origin");
    if (!this.origins.allows(origin) && !isOwnPage(origin, headers.get("Host"))) {
      this.#refused("origin", address);
      return badOrigin();
    }
    if (address === undefined || this.addresses.mayAsk(address)) return undefined;
    this.#refused("address-requests", address);
    return tooMany("too many requests from this address");
  }

  #refused(refusal: UpgradeRefusal, address: string | undefined): void {
    this.#counts.refusals.add(refusal);
    this.#connectionLog.refusedRequest(refusal, address);
  }

  /** A connection that was admitted is open. */
  opened({ key, context }: Connection): void {
    this.#counts.of(context.protocol).connects++;
    const address = addressIn(key);
    if (address !== undefined) this.addresses.opened(address);
  }

  closed({ key }: Connection): void {
    const address = addressIn(key);
    if (address !== undefined) this.addresses.closed(address);
  }

  /**
   * @param handshake what is wrong with the handshake, if something is
   * @param match `undefined` if no socket is served at this path
   * @returns what to put on the socket, or the answer to send in place of the upgrade
   */
  admit(
    request: Request,
    asked: Asked,
    handshake: HandshakeProblem | undefined,
    match: SocketMatch | undefined,
  ): Connection | Response {
    const number = newConnectionNumber();
    const admitted = this.#admit(request, asked, handshake, match, number);
    if (admitted instanceof Connection) return admitted;
    const [refusal, response] = admitted;
    this.#counts.refusals.add(refusal);
    const protocol = match?.found.connections.protocol;
    const fields = { protocol, connection: number, refusal, status: response.status };
    this.#connectionLog.refused(fields, asked.address);
    return response;
  }

  #admit(
    request: Request,
    { url, address, key }: Asked,
    handshake: HandshakeProblem | undefined,
    match: SocketMatch | undefined,
    number: number,
  ): Connection | Refused {
    if (handshake !== undefined) return [handshake, refusedHandshake(handshake)];
    if (match === undefined) return ["not-found", noSocketHere()];
    const { found, params } = match;
    const { gate, route, connections } = found;
    const visit = { url, params, address };
    try {
      const opening = route.socket(visit);
      if (opening instanceof Response) return ["bad-address", opening];
      const noRoom = this.#noRoom(address);
      if (noRoom !== undefined) return noRoom;
      const gated =
        typeof opening === "function"
          ? gate.opening(route, opening, request, visit)
          : () => opening;
      return new Connection(connections, gated, key, number);
    } catch (thrown) {
      connections.fault(thrown, number);
      return ["fault", internalError()];
    }
  }

  #noRoom(address: string | undefined): Refused | undefined {
    if (this.isDraining) return ["draining", unavailable("this server is being stopped")];
    if (this.#node.peers.size >= this.maxConnections)
      return ["full", unavailable("this server is full")];
    if (this.#isShortOfFiles()) return ["files", unavailable("this server has no open files left")];
    if (this.#memory.isOver) return ["memory", unavailable("this server has no memory left")];
    if (address !== undefined && !this.addresses.mayConnect(address))
      return ["address-connections", tooMany("too many connections from this address")];
    const connected = this.#connects.after(this.#connected, 1);
    if (!this.#connects.allows(connected))
      return ["too-many-connects", unavailable("too many clients connect at once")];
    this.#connected = connected;
    return undefined;
  }
}

/** The pages of this server itself are of its own host. */
const isOwnPage = (origin: string | null, host: string | null): boolean =>
  origin !== null && host !== null && URL.parse(origin)?.host === host.toLowerCase();
