// The admin API, on any node for all nodes: a request as data, which a parent passes on to a worker, and its answer.

import * as v from "valibot";
import { version } from "../../../package.json";
import type { Revocations } from "../../auth/revocations.ts";
import type { Bus } from "../../core/bus.ts";
import { badRequest, notFound, type Problem } from "../problem.ts";
import { broadcast, closeConnection, closeTopic, drain, revoke } from "./acts.ts";
import { type Ask, askAll } from "./ask.ts";
import {
  connection,
  connections,
  members,
  nodes,
  overview,
  protocols,
  stats,
  topics,
} from "./lists.ts";
import { openapi } from "./openapi.ts";
import type { Visit } from "./visit.ts";

export interface ApiRequest {
  readonly method: string;
  /** Without the host: `/api/v1/nodes?limit=10`. */
  readonly path: string;
  /** JSON, if there was a body. */
  readonly body?: unknown;
}

export interface ApiReply {
  readonly status: number;
  readonly body: object;
}

interface ApiRoute {
  readonly method: "GET" | "POST" | "DELETE";
  /** Names begin with a colon. */
  readonly path: string;
  answer(visit: Visit): Promise<object | Problem>;
}

const routes: readonly ApiRoute[] = [
  { method: "GET", path: "/nodes", answer: ({ ask }) => nodes(ask) },
  { method: "POST", path: "/drain", answer: drain },
  { method: "GET", path: "/stats", answer: ({ ask }) => stats(ask) },
  { method: "GET", path: "/overview", answer: ({ ask }) => overview(ask) },
  { method: "GET", path: "/protocols", answer: ({ ask }) => protocols(ask) },
  { method: "GET", path: "/topics", answer: topics },
  { method: "GET", path: "/topics/:protocol/:topic", answer: members },
  { method: "DELETE", path: "/topics/:protocol/:topic", answer: closeTopic },
  { method: "POST", path: "/topics/:protocol/:topic/broadcast", answer: broadcast },
  { method: "GET", path: "/connections", answer: connections },
  { method: "POST", path: "/revocations", answer: revoke },
  { method: "GET", path: "/connections/:id", answer: connection },
  { method: "DELETE", path: "/connections/:id", answer: closeConnection },
];

/** The routes of the API, for its description. */
export const apiRoutes: readonly Pick<ApiRoute, "method" | "path">[] = routes;

const prefix = "/api/v1";

export async function perform(
  bus: Bus,
  request: ApiRequest,
  revocations: Pick<Revocations, "revoke"> | undefined,
): Promise<ApiReply> {
  const url = new URL(request.path, "http://localhost");
  if (request.method === "GET" && url.pathname === `${prefix}/openapi.json`)
    return { status: 200, body: openapi(version) };
  const path = url.pathname.slice(prefix.length);
  const matching = routes.flatMap((route) => {
    const params = paramsOf(route.path, path);
    return params === undefined ? [] : { route, params };
  });
  const found = matching.find(({ route }) => route.method === request.method);
  if (matching.length === 0) return replyOf(notFound("the API has no such path"));
  if (found === undefined) return replyOf({ status: 405, title: "Method not allowed" });
  const { params, route } = found;
  const { searchParams: query } = url;
  const ask: Ask = (kind, question, schema) => askAll(bus, kind, question, schema);
  try {
    return replyOf(await route.answer({ ask, params, query, body: request.body, revocations }));
  } catch (thrown) {
    if (thrown instanceof v.ValiError) return replyOf(badRequest(problemsOf(thrown)));
    throw thrown;
  }
}

const replyOf = (answer: object | Problem): ApiReply =>
  "status" in answer && typeof answer.status === "number"
    ? { status: answer.status, body: { type: "about:blank", ...answer } }
    : { status: 200, body: answer };

/** Each with its field. */
const problemsOf = ({ issues }: v.ValiError<v.GenericSchema>): string =>
  issues.map((issue) => `${v.getDotPath(issue) ?? "body"}: ${issue.message}`).join("; ");

/** @returns `undefined` if the path does not match, or is not percent-encoded UTF-8 */
function paramsOf(pattern: string, path: string): Record<string, string> | undefined {
  const [expected, given] = [pattern.split("/"), path.split("/")];
  if (expected.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, name] of expected.entries()) {
    const segment = given[at] ?? "";
    if (!name.startsWith(":")) {
      if (name !== segment) return undefined;
      continue;
    }
    try {
      params[name.slice(1)] = decodeURIComponent(segment);
    } catch {
      return undefined;
    }
    if (segment === "") return undefined;
  }
  return params;
}
