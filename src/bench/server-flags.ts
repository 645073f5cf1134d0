// The flags that say which servers are measured, and how they are started.

import * as v from "valibot";
import { boolean, integer, type Option, text } from "../options/option.ts";
import { type BenchOptions, benchDefaults } from "./options.ts";

/** One or more items, separated by commas. */
export const list = <Item>(item: v.GenericSchema<string, Item>) =>
  v.pipe(
    v.string(),
    v.transform((text) => text.split(",").map((each) => each.trim())),
    v.tupleWithRest([item], item),
  );

export const urls: Option<readonly [URL, ...URL[]] | undefined> = {
  name: "url",
  placeholder: "addresses",
  schema: list(
    v.pipe(
      v.string(),
      v.regex(/^wss?:\/\/[^/]/, "must be like ws://localhost:8081"),
      v.url("must be like ws://localhost:8081"),
      v.transform((text) => new URL(text)),
    ),
  ),
  default: undefined,
  help:
    "measure a running server; several addresses, separated by commas, are nodes of one server, and the " +
    "peers of a topic are spread over them; if unset, bench starts a server",
};

export const pids: Option<readonly number[] | undefined> = {
  name: "pid",
  placeholder: "numbers",
  schema: list(integer(1, 4_194_304)),
  default: undefined,
  help: "process ids of the server at --url, separated by commas; needed for its CPU time and memory",
};

export const nodes: Option<number> = {
  name: "nodes",
  placeholder: "number",
  schema: integer(1, 16),
  default: benchDefaults.nodes,
  help: "servers that bench starts; several are nodes of one server, and need REDIS_URL in the environment",
};

export const tokens: Option<boolean> = {
  name: "tokens",
  placeholder: "boolean",
  schema: boolean(),
  default: benchDefaults.tokens,
  help: "each connection has a token, and servers that bench starts ask for it; not for flood",
};

export const tls: Option<boolean> = {
  name: "tls",
  placeholder: "boolean",
  schema: boolean(),
  default: benchDefaults.tls,
  help: "servers that bench starts speak TLS; not for flood",
};

export const against: Option<string | undefined> = {
  name: "against",
  placeholder: "command",
  schema: text(),
  default: undefined,
  help: "command that starts another server to compare with; it must listen on the port in PORT",
};

/** @returns a line for the user for each reason why servers cannot be started as is wanted */
export function startProblems(
  { urls, nodes }: Pick<BenchOptions, "urls" | "nodes">,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  if (nodes === 1) return [];
  return [
    ...(environment["REDIS_URL"]
      ? []
      : ["--nodes above 1 needs REDIS_URL in the environment: the nodes meet over that Redis"]),
    ...(urls === undefined
      ? []
      : ["--nodes says how many servers bench starts: with --url it starts none"]),
  ];
}
