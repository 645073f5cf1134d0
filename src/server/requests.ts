// Answers requests, or makes connections of them. Pages of any origin may read the answers, except those for operators.

import type { GetRoute } from "../protocols/protocol.ts";
import type { Admission, SocketMatch } from "./admission.ts";
import type { Connection } from "./connection.ts";
import { methodNotAllowed, notFound } from "./http/answer.ts";
import { allowOrigin, preflight } from "./http/cors.ts";
import { asksForSocket, upgradeRequired, urlOf } from "./http/request.ts";
import type { Match, Router } from "./router.ts";
import type { ServedRoute } from "./services.ts";

type GetMatch = Match<ServedRoute & { readonly route: GetRoute }>;

export class Requests {
  readonly #router: Router<ServedRoute>;
  readonly #admission: Admission;

  constructor(router: Router<ServedRoute>, admission: Admission) {
    this.#router = router;
    this.#admission = admission;
  }

  /** @returns the answer, or what to put on the socket that the request becomes */
  answer(request: Request): Response | Promise<Response> | Connection {
    const { method } = request;
    if (method === "OPTIONS") return allowOrigin(request, preflight(request));
    if (method !== "GET" && method !== "HEAD") return allowOrigin(request, methodNotAllowed());
    const url = urlOf(request);
    const socket = this.#router.socket(url.pathname);
    const asked = asksForSocket(request);
    if (asked === "no") return this.#get(request, url, socket);
    const handshake = asked === "yes" ? undefined : asked;
    const admitted = this.#admission.admit(request, url, handshake, socket);
    return admitted instanceof Response ? allowOrigin(request, admitted) : admitted;
  }

  #get(request: Request, url: URL, socket: SocketMatch | undefined): Response | Promise<Response> {
    const match = this.#router.get(url.pathname);
    if (match !== undefined) return routeAnswer(request, url, match);
    return allowOrigin(request, socket === undefined ? notFound() : noUpgrade(url, socket));
  }
}

function routeAnswer(
  request: Request,
  url: URL,
  { found, params }: GetMatch,
): Response | Promise<Response> {
  const { gate, route } = found;
  const response = gate.answer(route, { url, params }, request);
  if (route.access === "operator") return response;
  return response instanceof Promise
    ? response.then((late) => allowOrigin(request, late))
    : allowOrigin(request, response);
}

/** The answer to a plain request at the path of a socket. It says if something is wrong with the address, too. */
function noUpgrade(url: URL, { found, params }: SocketMatch): Response {
  const opening = found.route.socket({ url, params });
  return opening instanceof Response ? opening : upgradeRequired();
}
