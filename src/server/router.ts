// Finds the route of a request by its path. Two routes of one kind that can match the same request are a mistake in the
// options: the server then does not start.
//
// Slashes count as they do at the original servers of the protocols. If no route matches the path as it is, doubled
// slashes count as one, and a slash at the end does not count after a word (`/signal/`). It counts after a name:
// `/ws/a/` is not a topic. And `/ws/` is not `/ws`: it is a topic without its name.

import type { GetRoute, Route, SocketRoute } from "../protocols/protocol.ts";
import { type Params, RoutePath, segmentsOf } from "./route-path.ts";

/** Two routes can match the same request. The message names both. */
export class RouteCollision extends Error {
  override readonly name = "RouteCollision";
}

export interface Match<Found> {
  readonly found: Found;
  /** What the path has in the place of the route's names, percent-encoded. */
  readonly params: Params;
}

/** A route and whose it is. */
interface Owned {
  readonly route: Route;
  /** The protocol, or the server, for messages. */
  readonly owner: string;
}

interface RouteEntry<Found> {
  readonly path: RoutePath;
  readonly found: Found;
}

const noParams: Params = {};

/** The routes of one kind. */
class Table<Found extends Owned> {
  readonly #exact = new Map<string, Found>();
  readonly #withNames: RouteEntry<Found>[] = [];
  readonly #all: RouteEntry<Found>[] = [];

  add(found: Found): void {
    const { route, owner } = found;
    const path = new RoutePath(route.path, "ignoresCase" in route);
    for (const other of this.#all)
      if (path.overlaps(other.path))
        throw new RouteCollision(
          `${other.found.route.path} of ${other.found.owner} and ${route.path} of ${owner} answer the same requests`,
        );
    const entry = { path, found };
    this.#all.push(entry);
    if (path.isExact) this.#exact.set(route.path, found);
    else this.#withNames.push(entry);
  }

  match(path: string): Match<Found> | undefined {
    const exact = this.#exact.get(path);
    if (exact !== undefined) return { found: exact, params: noParams };
    const segments = segmentsOf(path);
    for (const { path, found } of this.#withNames) {
      const params = path.match(segments);
      if (params !== undefined) return { found, params };
    }
    return this.#matchLoosely(segments);
  }

  #matchLoosely(segments: readonly string[]): Match<Found> | undefined {
    const lacksName =
      segments.at(-1) === "" &&
      this.#withNames.some(({ path }) => path.lacksOnlyName(segments.slice(0, -1)));
    for (const { path, found } of lacksName ? this.#withNames : this.#all) {
      const params = path.matchLoosely(segments);
      if (params !== undefined) return { found, params };
    }
    return undefined;
  }
}

export class Router<Found extends Owned> {
  readonly #sockets = new Table<Found & { readonly route: SocketRoute }>();
  /** Those that answer what no other does. */
  readonly #yielding = new Table<Found & { readonly route: SocketRoute }>();
  readonly #gets = new Table<Found & { readonly route: GetRoute }>();

  /** @throws {RouteCollision} */
  constructor(routes: Iterable<Found>) {
    for (const each of routes)
      if (isSocket(each)) (each.route.yields ? this.#yielding : this.#sockets).add(each);
      else if (isGet(each)) this.#gets.add(each);
  }

  /** @param path percent-encoded */
  socket(path: string): Match<Found & { readonly route: SocketRoute }> | undefined {
    return this.#sockets.match(path) ?? this.#yielding.match(path);
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
