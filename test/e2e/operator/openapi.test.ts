// The description of the admin API against what is answered.

import { expect, test } from "bun:test";
import { apiRoutes } from "../../../src/operator/api/api.ts";
import { operations } from "../../../src/operator/api/openapi.ts";
import { admin, adminEnvironment } from "../../support/admin.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { secret } from "../../support/tokens.ts";
import { freshTopic, joinTwo } from "../../support/topic-client.ts";

interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema;
}

const typeOf = (value: unknown): string =>
  Array.isArray(value) ? "array" : Number.isInteger(value) ? "integer" : typeof value;

/** What of a value the description does not say, or says otherwise. */
function misfits(value: unknown, schema: JsonSchema, at = ""): readonly string[] {
  const { type, properties, required = [], items, additionalProperties } = schema;
  const is = typeOf(value);
  if (type !== is && !(type === "number" && is === "integer")) return [`${at} is ${is}`];
  if (Array.isArray(value))
    return value.flatMap((item, index) => misfits(item, items ?? {}, `${at}/${index}`));
  if (typeof value !== "object" || value === null) return [];
  const absent = required.filter((name) => !(name in value)).map((name) => `${at} has no ${name}`);
  const each = Object.entries(value).flatMap(([name, inner]) => {
    const described = properties?.[name] ?? additionalProperties;
    return described === undefined
      ? [`${at}/${name} is not described`]
      : misfits(inner, described, `${at}/${name}`);
  });
  return [...absent, ...each];
}

test("every route is described, and nothing else", () => {
  const described = Object.entries(operations).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const routes = apiRoutes.map(({ method, path }) => {
    return `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`;
  });
  expect(described.toSorted()).toEqual(routes.toSorted());
});

test("what is answered is as it is described", async () => {
  await using server = await ServerProcess.start([], { ...adminEnvironment, JWT_SECRET: secret });
  const topic = freshTopic();
  await joinTwo(server.url, topic);
  const { body: description } = await admin(server, "GET", "/openapi.json");
  expect(description.openapi).toBe("3.1.0");
  const { body: first } = await admin(server, "GET", "/connections?limit=1");
  const [{ id }] = first.connections;
  const played: readonly (readonly [string, string, string, unknown?])[] = [
    ["GET", "/nodes", "/nodes"],
    ["GET", "/stats", "/stats"],
    ["GET", "/overview", "/overview"],
    ["GET", "/protocols", "/protocols"],
    ["GET", "/topics", "/topics?limit=1"],
    ["GET", "/topics/{protocol}/{topic}", `/topics/topic/${topic}?limit=1`],
    [
      "POST",
      "/topics/{protocol}/{topic}/broadcast",
      `/topics/topic/${topic}/broadcast`,
      { frame: 1 },
    ],
    ["GET", "/connections", "/connections?limit=1"],
    ["GET", "/connections/{id}", `/connections/${id}`],
    ["DELETE", "/connections/{id}", `/connections/${id}`],
    ["DELETE", "/topics/{protocol}/{topic}", `/topics/topic/${topic}`],
    ["POST", "/revocations", "/revocations", { jti: "a" }],
  ];
  const problems: unknown[] = [];
  for (const [method, path, asked, body] of played) {
    const reply = await admin(server, method, asked, body);
    const { responses } = description.paths[path][method.toLowerCase()];
    const schema = responses[200].content["application/json"].schema;
    problems.push(...misfits(reply.body, schema).map((problem) => `${method} ${path}${problem}`));
    if (reply.status !== 200) problems.push(`${method} ${path}: ${reply.status}`);
  }
  expect(problems).toEqual([]);
});
