// Any routes and any path: the route that answers, and what stands for its names, are those that a pattern of a
// regular expression finds.

import { expect, test } from "bun:test";
import fc from "fast-check";
import type { GetRoute } from "../../src/protocols/protocol.ts";
import { RouteCollision, Router } from "../../src/server/router.ts";
import { check } from "./check.ts";

const word = fc.constantFrom("a", "b", "ws", "WS", "x.css", "a%20b", "__proto__");
const last = fc.oneof(
  { weight: 3, arbitrary: word },
  { weight: 2, arbitrary: fc.constantFrom(":x", ":y") },
  { weight: 1, arbitrary: fc.constantFrom("*rest", "") },
);
const inner = fc.oneof({ weight: 3, arbitrary: word }, { weight: 1, arbitrary: fc.constant(":z") });

const route: fc.Arbitrary<GetRoute> = fc
  .tuple(fc.array(inner, { maxLength: 2 }), last, fc.boolean())
  // A slash behind a name is in no route.
  .filter(([start, end]) => end !== "" || start.at(-1) !== ":z")
  .map(([start, end, ignoresCase]) => ({
    path: `/${[...start.map((each, at) => (each === ":z" ? `${each}${at}` : each)), end].join("/")}` as const,
    access: "public",
    get: () => new Response(),
    ...(ignoresCase && { ignoresCase: true as const }),
  }));

const asked = fc
  .array(
    fc.oneof(
      {
        weight: 5,
        arbitrary: fc.constantFrom("", "a", "b", "ws", "WS", "A", "x.css", "%2F", ":x", "*rest"),
      },
      { weight: 1, arbitrary: fc.webPath().map((path) => path.replaceAll("/", "")) },
      { weight: 1, arbitrary: fc.constantFrom("__proto__", "constructor", "..", "a%20b", "%ff") },
    ),
    { maxLength: 6 },
  )
  .map((segments) => `/${segments.join("/")}`);

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A route as an expression, as it is or loosely. */
function expressionOf({ path, ignoresCase }: GetRoute, isLoose: boolean): RegExp {
  const segments = path.slice(1).split("/");
  const own = isLoose
    ? segments.filter((each, at) => each !== "" || at < segments.length - 1)
    : segments;
  const slash = isLoose ? "/+" : "/";
  const parts = own.map((each) => {
    if (each.startsWith(":")) return `${slash}(?<${each.slice(1)}>[^/]+)`;
    // What stands for all that follows has the slashes at its beginning, too.
    if (each.startsWith("*")) return `/(?<${each.slice(1)}>.*)`;
    return `${slash}${escaped(each)}`;
  });
  const isWord = !/^[:*]/.test(own.at(-1) ?? "");
  const end = isLoose && isWord ? "/*" : "";
  return new RegExp(`^${parts.join("")}${end}$`, isLoose && ignoresCase === true ? "is" : "s");
}

interface Found {
  readonly path: string;
  readonly params: object;
}

function find(routes: readonly GetRoute[], path: string, isLoose: boolean): readonly Found[] {
  return routes.flatMap((each) => {
    const groups = expressionOf(each, isLoose).exec(path);
    return groups === null ? [] : { path: each.path, params: { ...groups.groups } };
  });
}

/** Whether a path is that of a route which ends in a name, without the name. */
const lacksName = (routes: readonly GetRoute[], path: string): boolean =>
  path.endsWith("/") && find(routes.filter(isNamed), `${path}name`, true).length > 0;

const isNamed = ({ path }: GetRoute): boolean => /\/[:*][^/]*$/.test(path);

function due(routes: readonly GetRoute[], path: string): readonly Found[] {
  const strict = find(routes, path, false);
  if (strict.length > 0) return strict;
  return find(
    lacksName(routes, path) ? routes.filter(({ path: own }) => /[:*]/.test(own)) : routes,
    path,
    true,
  );
}

test("a path is answered by the one route that its expression finds", () => {
  const property = fc.property(
    fc.array(route, { minLength: 1, maxLength: 5 }),
    fc.array(asked, { minLength: 1, maxLength: 5 }),
    (routes, paths) => {
      let router: Router<{ readonly route: GetRoute; readonly owner: string }>;
      try {
        router = new Router(routes.map((each) => ({ route: each, owner: "test" })));
      } catch (error) {
        if (error instanceof RouteCollision) return;
        throw error;
      }
      for (const path of paths) {
        const match = router.get(path);
        const found =
          match === undefined
            ? []
            : [{ path: match.found.route.path, params: { ...match.params } }];
        expect([routes.map((each) => each.path), path, found]).toEqual([
          routes.map((each) => each.path),
          path,
          due(routes, path) as never,
        ]);
      }
    },
  );
  check(property, { runs: 2000 });
});
