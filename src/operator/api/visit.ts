// A request of the admin API as its route gets it, and how its parts are read.

import * as v from "valibot";
import type { Revocations } from "../../auth/revocations.ts";
import { notFound } from "../problem.ts";
import type { Ask } from "./ask.ts";
import { connectionId } from "./node-answers.ts";
import * as q from "./questions.ts";

/** What a route gets. */
export interface Visit {
  readonly ask: Ask;
  /** What stands for the names in the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** Unset where nothing is known of revoked tokens. */
  readonly revocations: Pick<Revocations, "revoke"> | undefined;
}

const defaultLimit = 100;

/** What a connection is closed with if nothing else is asked for. */
const defaultClosing = { code: 4000, reason: "closed by the operator" };

export const noConnection = notFound("there is no such connection");

export const closingIn = (body: unknown): v.InferOutput<typeof q.closing> =>
  body === undefined
    ? defaultClosing
    : v.parse(q.closing, { ...defaultClosing, ...objectIn(body) });

export const objectIn = (body: unknown): object => v.parse(v.looseObject({}), body);

/** The node and the number in the id of a connection. */
export function idIn(id: string): v.InferOutput<typeof q.connectionQuestion> {
  const at = id.lastIndexOf("-");
  const which = { node: id.slice(0, Math.max(0, at)), number: Number(id.slice(at + 1)) };
  return connectionId(which.node, which.number) === id
    ? which
    : v.parse(q.connectionQuestion, { node: undefined });
}

export const textsIn = (
  query: URLSearchParams,
  ...names: readonly string[]
): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => (query.has(name) ? [[name, query.get(name) ?? ""]] : [])),
  );

export const limitIn = (query: URLSearchParams): number =>
  query.has("limit") ? Number(query.get("limit")) : defaultLimit;

export const nextIn = (next: string | undefined) => (next === undefined ? {} : { next });

export const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
