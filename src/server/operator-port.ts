// The second port, for operators. Nothing of it is on the first. Whoever may not ask is told so as problem details; how
// routes answer is the business of src/operator.

import type { Server } from "bun";
import { describeFault } from "../observe/fault.ts";
import type { Log } from "../observe/log.ts";
import { Gatekeeper } from "../operator/access.ts";
import { apiRoute } from "../operator/api/route.ts";
import { Live } from "../operator/live.ts";
import { metricsRoute } from "../operator/metrics/route.ts";
import { adminHost, adminToken } from "../operator/options.ts";
import { notFound, problemResponse, tooManyViewers } from "../operator/problem.ts";
import { type OperatorRoute, routeOf } from "../operator/route.ts";
import type { OperatorSource } from "../operator/source.ts";
import type { Settings } from "../options/option.ts";
import { dashboardPages } from "../pages/operator-pages.ts";
import { pageResponse } from "../pages/page.ts";
import { urlOf } from "./http/request.ts";

/** Bytes of the longest body. */
const maxBodyBytes = 65_536;

/** Bytes that wait for a viewer of the dashboard who does not read. Beyond them its socket is closed. */
const maxViewerBytes = 1_048_576;

const livePath = "/live";

/** Of every answer: no page may frame it, load it, or guess what it is. */
const safeHeaders: Readonly<Record<string, string>> = {
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
};

/** The content security policy of what is no page. */
const noContent = "default-src 'none'; frame-ancestors 'none'";

export class OperatorPort {
  readonly #settings: Settings;
  #token: string | undefined;
  #gatekeeper: Gatekeeper;
  readonly #routes: readonly OperatorRoute[];
  readonly #live: Live;
  readonly #server: Server<undefined>;

  /** Listens. @param settings are read again by `reload` @throws when it cannot */
  constructor(settings: Settings, port: number, source: OperatorSource, log: Log) {
    const token = settings(adminToken);
    this.#settings = settings;
    this.#token = token;
    const fault = (thrown: unknown): void =>
      log.error(describeFault(thrown), "fault while answering an operator");
    this.#gatekeeper = new Gatekeeper(token);
    this.#live = new Live(source, token !== undefined, fault);
    this.#routes = [
      ...dashboardRoutes,
      metricsRoute(() => source.samples()),
      apiRoute(source, log),
    ];
    this.#server = Bun.serve({
      port,
      hostname: settings(adminHost),
      development: false,
      reusePort: false,
      maxRequestBodySize: maxBodyBytes,
      fetch: (request, server) => this.#answer(request, server.requestIP(request)?.address ?? ""),
      websocket: {
        maxPayloadLength: 1024,
        backpressureLimit: maxViewerBytes,
        closeOnBackpressureLimit: true,
        open: (socket) => this.#live.add(socket),
        close: (socket) => this.#live.delete(socket),
        message: (socket) => socket.close(1003, "nothing is taken here"),
      },
      error: (error) => {
        fault(error);
        return problemResponse({ status: 500, title: "Internal error" });
      },
    });
  }

  /** Where it listens. */
  get url(): URL {
    return this.#server.url;
  }

  /** Takes over the token that the settings have now. */
  reload(): void {
    const token = this.#settings(adminToken);
    if (token === this.#token) return;
    this.#token = token;
    this.#gatekeeper = new Gatekeeper(token);
    this.#live.restart(token !== undefined);
  }

  async #answer(request: Request, peer: string): Promise<Response | undefined> {
    const response = await this.#responseTo(request, peer);
    if (response === undefined) return undefined;
    const { headers } = response;
    for (const [name, value] of Object.entries(safeHeaders)) headers.set(name, value);
    if (!headers.has("Cache-Control")) headers.set("Cache-Control", "no-store");
    if (!headers.has("Content-Security-Policy")) headers.set("Content-Security-Policy", noContent);
    return response;
  }

  /** @returns nothing for a request that has become a WebSocket */
  #responseTo(request: Request, peer: string): Response | Promise<Response> | undefined {
    const { method, headers } = request;
    const isRead = method === "GET" || method === "HEAD";
    const refusal = this.#gatekeeper.refusal({ headers, peer }, isRead ? "read" : "act");
    if (refusal !== undefined)
      return problemResponse(refusal, refusal.status === 401 ? askForToken : {});
    const url = urlOf(request);
    if (url.pathname === livePath) {
      if (this.#live.isFull) return problemResponse(tooManyViewers);
      if (this.#server.upgrade(request)) return undefined;
    }
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

const dashboardRoutes: readonly OperatorRoute[] = dashboardPages.map(([path, page]) => ({
  path,
  methods: ["GET"],
  answer: (request) => pageResponse(page, request),
}));

const askForToken = { "WWW-Authenticate": 'Basic realm="signalbox", charset="UTF-8"' };
