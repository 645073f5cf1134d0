// The description of the admin API for programs, as OpenAPI 3.1. The tests hold it against what is answered.

import { problemType } from "../problem.ts";
import {
  closed,
  closing,
  connection,
  connectionFields,
  count,
  counts,
  figures,
  flag,
  list,
  member,
  missing,
  node,
  object,
  page,
  type Schema,
  text,
  topic,
} from "./schemas.ts";

interface Operation {
  readonly summary: string;
  readonly query?: Readonly<Record<string, Schema>>;
  readonly body?: Schema;
  readonly answer: Schema;
}

/** By path and method; the names in a path are texts. */
export const operations: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  "/nodes": {
    get: { summary: "all nodes", answer: object({ nodes: list(node), missing }, "missing") },
  },
  "/stats": {
    get: {
      summary: "the figures of all nodes together",
      answer: object(
        {
          nodes: count,
          ...figures,
          protocols: { type: "object", additionalProperties: object(figures) },
          missing,
        },
        "missing",
      ),
    },
  },
  "/overview": {
    get: {
      summary: "nodes, figures of each protocol, refusals and ends of connections by why",
      answer: object(
        {
          nodes: list(node),
          protocols: list(object({ name: text, ...figures })),
          refusals: counts,
          closes: counts,
          faults: count,
          missing,
        },
        "missing",
      ),
    },
  },
  "/protocols": {
    get: {
      summary: "the figures of each protocol",
      answer: object({ protocols: list(object({ name: text, ...figures })), missing }, "missing"),
    },
  },
  "/topics": {
    get: {
      summary: "topics, by protocol and name",
      query: { protocol: text, prefix: text, ...page },
      answer: object({ topics: list(topic), next: text, missing }, "next", "missing"),
    },
  },
  "/topics/{protocol}/{topic}": {
    get: {
      summary: "the members of a topic",
      query: page,
      answer: object(
        { protocol: text, name: text, count, members: list(member), next: text, missing },
        "next",
        "missing",
      ),
    },
    delete: { summary: "close the connections of all members", body: closing, answer: closed },
  },
  "/topics/{protocol}/{topic}/broadcast": {
    post: {
      summary: "send a frame to all members",
      body: object({ frame: {} }),
      answer: object({ members: count, missing }, "missing"),
    },
  },
  "/connections": {
    get: {
      summary: "connections",
      query: { protocol: text, user: text, slow: flag, ...page },
      answer: object({ connections: list(connection), next: text, missing }, "next", "missing"),
    },
  },
  "/connections/{id}": {
    get: {
      summary: "one connection",
      answer: object({ ...connectionFields, topics: list(text) }, "user", "slowSeconds"),
    },
    delete: { summary: "close a connection", body: closing, answer: closed },
  },
  "/drain": {
    post: {
      summary: "stop a node, or all of them, as SIGTERM does",
      body: { oneOf: [object({ node: text }), object({ all: { const: true } })] },
      answer: object({ draining: list(text), missing }, "missing"),
    },
  },
  "/revocations": {
    post: {
      summary: "revoke a token, or all that a user was given before a time",
      body: {
        oneOf: [object({ jti: text }), object({ sub: text, before: { type: "integer" } })],
      },
      answer: object({ revoked: flag, isKept: flag }),
    },
  },
};

const problem = object(
  { type: text, status: { type: "integer" }, title: text, detail: text },
  "detail",
);

const json = (schema: Schema) => ({ content: { "application/json": { schema } } });

export const openapi = (version: string): object => ({
  openapi: "3.1.0",
  info: { title: "signalbox admin API", version },
  servers: [{ url: "/api/v1" }],
  security: [{ bearer: [] }, { basic: [] }],
  paths: Object.fromEntries(
    Object.entries(operations).map(([path, methods]) => [path, pathOf(path, methods)]),
  ),
  components: {
    securitySchemes: {
      bearer: { type: "http", scheme: "bearer" },
      basic: { type: "http", scheme: "basic" },
    },
  },
});

function pathOf(path: string, methods: Readonly<Record<string, Operation>>) {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: text,
  }));
  const all = Object.entries(methods).map(([method, { summary, query = {}, body, answer }]) => {
    const inQuery = Object.entries(query).map(([name, schema]) => ({ name, in: "query", schema }));
    const operation = {
      summary,
      ...(inQuery.length > 0 && { parameters: inQuery }),
      ...(body !== undefined && { requestBody: json(body) }),
      responses: {
        200: { description: summary, ...json(answer) },
        default: { description: "refused", content: { [problemType]: { schema: problem } } },
      },
    };
    return [method, operation] as const;
  });
  return { ...(inPath.length > 0 && { parameters: inPath }), ...Object.fromEntries(all) };
}
