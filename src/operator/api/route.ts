// `/api/v1` over HTTP. Acts are logged with what was asked, and by whom as far as that is known.

import { badRequest, problemResponse, problemType } from "../problem.ts";
import type { OperatorRoute } from "../route.ts";
import type { OperatorSource } from "../source.ts";

interface ActLog {
  info(fields: object, message: string): void;
}

export const apiRoute = (source: OperatorSource, log: ActLog): OperatorRoute => ({
  path: "/api/v1/",
  methods: ["GET", "POST", "DELETE"],
  answer: async (request, { pathname, search }, peer) => {
    const method = request.method === "HEAD" ? "GET" : request.method;
    const text = method === "GET" ? "" : await request.text();
    let body: unknown;
    try {
      body = text === "" ? undefined : JSON.parse(text);
    } catch {
      return problemResponse(badRequest("the body must be JSON"));
    }
    const reply = await source.perform({ method, path: pathname + search, body });
    const { status } = reply;
    // Names of topics are data of people: the path of a route without them says enough.
    if (method !== "GET")
      log.info({ method, what: pathname.split("/")[3], status, peer }, "an operator acted");
    const type = status < 400 ? "application/json" : problemType;
    return new Response(`${JSON.stringify(reply.body)}\n`, {
      status,
      headers: { "Content-Type": type },
    });
  },
});
