// Decides which requests for a WebSocket are upgraded, and logs why the others are refused.

import type { Node } from "../core/node.ts";
import type { Log } from "../observe/log.ts";
import type { Settings } from "../options/option.ts";
import type { SocketRoute } from "../protocols/protocol.ts";
import { Connection, newConnectionNumber } from "./connection.ts";
import { internalError, noSocketHere, unavailable } from "./http/answer.ts";
import { type HandshakeProblem, refusedHandshake } from "./http/request.ts";
import { maxConnections } from "./options.ts";
import type { Match } from "./router.ts";
import type { ServedRoute } from "./services.ts";

/** The socket route that a request matches. */
export type SocketMatch = Match<ServedRoute & { readonly route: SocketRoute }>;

/** Why an upgrade is refused, in the words of the log. */
type UpgradeRefusal =
  | HandshakeProblem
  | "not-found"
  | "bad-address"
  | "draining"
  | "full"
  | "fault";

/** A refusal and its answer. */
type Refused = readonly [UpgradeRefusal, Response];

export class Admission {
  readonly #settings: Settings;
  readonly #node: Node;
  readonly #log: Log;
  /** Set when the server is being stopped. Nobody is let in from then on. */
  isDraining = false;

  constructor(settings: Settings, node: Node, log: Log) {
    this.#settings = settings;
    this.#node = node;
    this.#log = log;
  }

  /**
   * @param handshake what is wrong with the handshake, if something is
   * @param match `undefined` if no socket is served at this path
   * @returns what to put on the socket, or the answer to send in place of the upgrade
   */
  admit(
    request: Request,
    url: URL,
    handshake: HandshakeProblem | undefined,
    match: SocketMatch | undefined,
  ): Connection | Response {
    const number = newConnectionNumber();
    const admitted = this.#admit(request, url, handshake, match, number);
    if (admitted instanceof Connection) return admitted;
    const [refusal, response] = admitted;
    const protocol = match?.found.connections.protocol;
    const fields = { protocol, connection: number, refusal, status: response.status };
    this.#log.debug(fields, "upgrade refused");
    return response;
  }

  #admit(
    request: Request,
    url: URL,
    handshake: HandshakeProblem | undefined,
    match: SocketMatch | undefined,
    number: number,
  ): Connection | Refused {
    if (handshake !== undefined) return [handshake, refusedHandshake(handshake)];
    if (match === undefined) return ["not-found", noSocketHere()];
    const { found, params } = match;
    const { gate, route, connections } = found;
    const visit = { url, params };
    try {
      const opening = route.socket(visit);
      if (opening instanceof Response) return ["bad-address", opening];
      const noRoom = this.#noRoom();
      if (noRoom !== undefined) return noRoom;
      const gated =
        typeof opening === "function"
          ? gate.opening(route, opening, request, visit)
          : () => opening;
      return new Connection(connections, gated, keyOf(url), number);
    } catch (thrown) {
      connections.fault(thrown, number);
      return ["fault", internalError()];
    }
  }

  #noRoom(): Refused | undefined {
    if (this.isDraining) return ["draining", unavailable("this server is being stopped")];
    const limit = this.#settings(maxConnections);
    if (limit === 0 || this.#node.peers.size < limit) return undefined;
    return ["full", unavailable("this server is full")];
  }
}

/** The path without slashes that do not count. Otherwise a client could get more turns by adding some. */
const keyOf = ({ pathname }: URL): string => pathname.replaceAll(/\/+(?=\/|$)/g, "");
