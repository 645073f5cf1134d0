// Which route answers a request, by its path. Two routes of one kind that can match the same request are a
// mistake in the options, and are refused when the server starts.

import type { GetRoute, Route, SocketRoute } from "../protocols/protocol.ts";

/** Two routes can match the same request. The message names both. */
export class RouteCollision extends Error {
  override readonly name = "RouteCollision";
}

export interface Match<Found> {
  readonly found: Found;
  /** What stands for the names in the path, percent-encoded. */
  readonly params: Readonly<Record<string, string>>;
}

/** A route and whose it is. */
interface Owned {
  readonly route: Route;
  /** The protocol, or the part of the server, for messages. */
  readonly owner: string;
}

interface Entry<Found> {
  readonly segments: readonly string[];
  readonly found: Found;
}

const noParams: Readonly<Record<string, string>> = {};

/** `/a/:b` as its segments. */
const segmentsOf = (path: string): readonly string[] => path.slice(1).split("/");

const isParam = (segment: string): boolean => segment.startsWith(":");
const isRest = (segment: string): boolean => segment.startsWith("*");
const isPattern = (path: string): boolean => segmentsOf(path).some((s) => isParam(s) || isRest(s));

/** The routes of one kind. */
class Table<Found extends Owned> {
  readonly #exact = new Map<string, Found>();
  readonly #patterns: Entry<Found>[] = [];
  readonly #all: Found[] = [];

  add(found: Found): void {
    const { path } = found.route;
    for (const other of this.#all)
      if (overlap(segmentsOf(path), segmentsOf(other.route.path)))
        throw new RouteCollision(
          `${other.route.path} of ${other.owner} and ${path} of ${found.owner} answer the same requests`,
        );
    this.#all.push(found);
    if (isPattern(path)) this.#patterns.push({ segments: segmentsOf(path), found });
    else this.#exact.set(path, found);
  }

  match(path: string): Match<Found> | undefined {
    const exact = this.#exact.get(path);
    if (exact !== undefined) return { found: exact, params: noParams };
    const segments = segmentsOf(path);
    for (const { segments: pattern, found } of this.#patterns) {
      const params = paramsOf(pattern, segments);
      if (params !== undefined) return { found, params };
    }
    return undefined;
  }
}

export class Router<Found extends Owned> {
  readonly #sockets = new Table<Found & { readonly route: SocketRoute }>();
  readonly #gets = new Table<Found & { readonly route: GetRoute }>();

  /** @throws {RouteCollision} */
  constructor(routes: Iterable<Found>) {
    for (const each of routes)
      if (isSocket(each)) this.#sockets.add(each);
      else if (isGet(each)) this.#gets.add(each);
  }

  /** @param path percent-encoded */
  socket(path: string): Match<Found & { readonly route: SocketRoute }> | undefined {
    return this.#sockets.match(path);
  }

  /** @param path percent-encoded */
  get(path: string): Match<Found & { readonly route: GetRoute }> | undefined {
    return this.#gets.match(path);
  }
}

const isSocket = <Found extends Owned>(
  owned: Found,
): owned is Found & { readonly route: SocketRoute } => "socket" in owned.route;

const isGet = <Found extends Owned>(owned: Found): owned is Found & { readonly route: GetRoute } =>
  "get" in owned.route;

/** @returns `undefined` if the path does not match */
function paramsOf(
  pattern: readonly string[],
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    if (isRest(expected)) {
      if (segments.length <= index) return undefined;
      params[expected.slice(1)] = segments.slice(index).join("/");
      return params;
    }
    const segment = segments[index];
    if (segment === undefined) return undefined;
    if (isParam(expected) && segment !== "") params[expected.slice(1)] = segment;
    else if (segment !== expected) return undefined;
  }
  return segments.length === pattern.length ? params : undefined;
}

/** Whether some path matches both patterns. */
function overlap(one: readonly string[], other: readonly string[]): boolean {
  const [a, b] = [one[0], other[0]];
  if (a === undefined || b === undefined) return a === b;
  // A rest stands for one segment or more, which may be empty.
  if (isRest(a) || isRest(b)) return true;
  const canBeEqual = a === b || (isParam(a) && b !== "") || (isParam(b) && a !== "");
  return canBeEqual && overlap(one.slice(1), other.slice(1));
}
