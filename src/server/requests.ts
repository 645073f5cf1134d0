// Answers requests, or makes connections of them. Pages of the allowed origins may read the answers, except those of routes
// that are `same-origin`.

import { notFoundPage } from "../pages/not-found.ts";
import type { GetRoute } from "../protocols/protocol.ts";
import type { Admission, SocketMatch } from "./admission.ts";
import { type Asked, askedBy } from "./asked.ts";
import type { Connection } from "./connection.ts";
import { methodNotAllowed, notFound } from "./http/answer.ts";
import { allowOrigin, preflight } from "./http/cors.ts";
import { asksForSocket, upgradeRequired } from "./http/request.ts";
import type { Origins } from "./origins.ts";
import type { Match, Router } from "./router.ts";
import type { ServedRoute } from "./services.ts";
import type { SlowWatch } from "./slow-watch.ts";

type GetMatch = Match<ServedRoute & { readonly route: GetRoute }>;

export class Requests {
  readonly #router: Router<ServedRoute>;
  readonly #admission: Admission;
  readonly #slow: SlowWatch;

  constructor(router: Router<ServedRoute>, admission: Admission, slow: SlowWatch) {
    this.#router = router;
    this.#admission = admission;
    this.#slow = slow;
  }

  /** @param remoteAddress of the connection */
  read(request: Request, remoteAddress: string): Asked {
    return askedBy(request, remoteAddress, this.#admission.addressOf(request, remoteAddress));
  }

  /** @returns the answer, or what to put on the socket that the request becomes */
  answer(request: Request, asked: Asked): Response | Promise<Response> | Connection {
    const { method } = request;
    const { origins } = this.#admission;
    const refusal = this.#admission.refuse(request, asked.address);
    if (refusal !== undefined) return refusal;
    if (method === "OPTIONS") return finished(request, preflight(request), origins);
    if (method !== "GET" && method !== "HEAD")
      return finished(request, methodNotAllowed(), origins);
    const socket = this.#router.socket(asked.url.pathname);
    const kind = asksForSocket(request);
    if (kind === "no") return this.#get(request, asked, socket);
    const handshake = kind === "yes" ? undefined : kind;
    const admitted = this.#admission.admit(request, asked, handshake, socket);
    return admitted instanceof Response ? finished(request, admitted, origins) : admitted;
  }

  #get(
    request: Request,
    from: Asked,
    socket: SocketMatch | undefined,
  ): Response | Promise<Response> {
    const { origins } = this.#admission;
    const match = this.#router.get(from.url.pathname);
    const isMeant = socket === undefined || match?.found.route.isMeant?.(match.params) !== false;
    if (match !== undefined && isMeant) {
      const answer = routeAnswer(request, from, match, origins);
      return answer instanceof Promise ? this.#slow.answer(match.found.owner, answer) : answer;
    }
    const response =
      socket === undefined ? (notFoundPage(request) ?? notFound()) : noUpgrade(from.url, socket);
    return finished(request, response, origins);
  }
}

function routeAnswer(
  request: Request,
  from: Asked,
  { found, params }: GetMatch,
  origins: Origins,
): Response | Promise<Response> {
  const { gate, route } = found;
  const response = gate.answer(route, { ...from, params }, request);
  if (route.access === "same-origin")
    return response instanceof Promise ? response.then(unstored) : unstored(response);
  return response instanceof Promise
    ? response.then((late) => finished(request, late, origins))
    : finished(request, response, origins);
}

/** The answer to a plain request at the path of a socket. It says if something is wrong with the address, too. */
function noUpgrade(url: URL, { found, params }: SocketMatch): Response {
  const opening = found.route.socket({ url, params });
  return opening instanceof Response ? opening : upgradeRequired();
}

/** An answer as it leaves: pages of allowed origins may read it. */
const finished = (request: Request, response: Response, origins: Origins): Response =>
  allowOrigin(request, unstored(response), origins);

/** Whatever says nothing of its own about caches changes, and must not be kept. */
function unstored(response: Response): Response {
  if (!response.headers.has("Cache-Control")) response.headers.set("Cache-Control", "no-store");
  return response;
}
