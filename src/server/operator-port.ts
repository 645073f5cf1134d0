// The second port, for operators. Nothing of it is on the first. Whoever may not ask is told so as problem details; how
// routes answer is the business of src/operator.

import type { Server } from "bun";
import { describeFault } from "../observe/fault.ts";
import type { Log } from "../observe/log.ts";
import { Gatekeeper } from "../operator/access.ts";
import { apiRoute } from "../operator/api/route.ts";
import { metricsRoute } from "../operator/metrics/route.ts";
import { adminHost, adminToken } from "../operator/options.ts";
import { notFound, problemResponse } from "../operator/problem.ts";
import { type OperatorRoute, routeOf } from "../operator/route.ts";
import type { OperatorSource } from "../operator/source.ts";
import type { Settings } from "../options/option.ts";
import { urlOf } from "./http/request.ts";

/** Bytes of the longest body. */
const maxBodyBytes = 65_536;

/** Of every answer: no page may frame it, load it, or guess what it is. */
const safeHeaders: Readonly<Record<string, string>> = {
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
};

/** The content security policy of what is no page. */
const noContent = "default-src 'none'; frame-ancestors 'none'";

export class OperatorPort {
  readonly #gatekeeper: Gatekeeper;
  readonly #routes: readonly OperatorRoute[];
  readonly #server: Server<undefined>;

  /** Listens. @throws when it cannot */
  constructor(settings: Settings, port: number, source: OperatorSource, log: Log) {
    this.#gatekeeper = new Gatekeeper(settings(adminToken));
    this.#routes = [metricsRoute(() => source.samples()), apiRoute(source, log)];
    this.#server = Bun.serve({
      port,
      hostname: settings(adminHost),
      development: false,
      reusePort: false,
      maxRequestBodySize: maxBodyBytes,
      fetch: (request, server) => this.#answer(request, server.requestIP(request)?.address ?? ""),
      error: (error) => {
        log.error(describeFault(error), "fault while answering an operator");
        return problemResponse({ status: 500, title: "Internal error" });
      },
    });
  }

  /** Where it listens. */
  get url(): URL {
    return this.#server.url;
  }

  async #answer(request: Request, peer: string): Promise<Response> {
    const response = await this.#responseTo(request, peer);
    const { headers } = response;
    for (const [name, value] of Object.entries(safeHeaders)) headers.set(name, value);
    if (!headers.has("Cache-Control")) headers.set("Cache-Control", "no-store");
    if (!headers.has("Content-Security-Policy")) headers.set("Content-Security-Policy", noContent);
    return response;
  }

  #responseTo(request: Request, peer: string): Response | Promise<Response> {
    const { method, headers } = request;
    const isRead = method === "GET" || method === "HEAD";
    const refusal = this.#gatekeeper.refusal({ headers, peer }, isRead ? "read" : "act");
    if (refusal !== undefined)
      return problemResponse(refusal, refusal.status === 401 ? askForToken : {});
    const url = urlOf(request);
    const route = routeOf(this.#routes, url.pathname);
    if (route === undefined) return problemResponse(notFound("nothing is served at this path"));
    const asked = isRead ? "GET" : method;
    if (route.methods.some((allowed) => allowed === asked)) return route.answer(request, url, peer);
    return problemResponse(
      { status: 405, title: "Method not allowed" },
      { Allow: route.methods.join(", ") },
    );
  }
}

const askForToken = { "WWW-Authenticate": 'Basic realm="signalbox", charset="UTF-8"' };
