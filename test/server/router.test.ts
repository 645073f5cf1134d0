import { describe, expect, test } from "bun:test";
import type { GetRoute, Route, SocketRoute } from "../../src/protocols/protocol.ts";
import { RouteCollision, Router } from "../../src/server/router.ts";

type Path = Route["path"];

const socketAt = (path: Path): SocketRoute => ({
  path,
  access: "public",
  socket: () => new Response(),
});

const getAt = (path: Path, ignoresCase?: true): GetRoute => ({
  path,
  access: "public",
  get: () => new Response(),
  ...(ignoresCase && { ignoresCase }),
});

/** A router whose socket routes these are, of somebody each. */
const routerOf = (...paths: readonly Path[]) =>
  new Router(paths.map((path) => ({ route: socketAt(path), owner: `owner of ${path}` })));

/** Which route answers a path, and what stands for its names. */
function matchOf(router: Router<{ readonly route: Route; readonly owner: string }>, path: string) {
  const match = router.socket(path);
  return match && [match.found.route.path, match.params];
}

describe("a literal path", () => {
  test.each([
    ["/", "/"],
    ["/ws", "/ws"],
    ["/a/b/c", "/a/b/c"],
    ["/a%20b", "/a%20b"],
    ["/ws/", "/ws/"],
  ] as const)("%s answers itself", (path, asked) => {
    expect(matchOf(routerOf(path), asked)).toEqual([path, {}]);
  });

  test.each([
    ["/ws", "/WS"],
    ["/ws", "/ws/a"],
    ["/ws", "/"],
    ["/ws", "/w"],
    ["/a%20b", "/a b"],
    ["/a%2Fb", "/a/b"],
    ["/a/b", "/a%2Fb"],
    ["/a", "/%61"],
    ["/", "/x"],
  ] as const)("%s does not answer %p", (path, asked) => {
    expect(matchOf(routerOf(path), asked)).toBeUndefined();
  });

  test("is no name of a property that every object has", () => {
    const router = routerOf("/a");
    for (const path of ["__proto__", "/__proto__", "constructor", "/constructor", "toString"])
      expect(matchOf(router, path)).toBeUndefined();
  });
});

describe("a :name in a path", () => {
  test.each([
    ["/ws/:topic", "/ws/room", { topic: "room" }],
    ["/ws/:topic", "/ws/%2Fa%20b", { topic: "%2Fa%20b" }],
    ["/ws/:topic", "/ws/%FF", { topic: "%FF" }],
    ["/ws/:topic", "/ws/:topic", { topic: ":topic" }],
    ["/ws/:topic", "/ws/*", { topic: "*" }],
    ["/ws/:topic", "/ws/..", { topic: ".." }],
    ["/:a", "/x", { a: "x" }],
    ["/rooms/:room/participants", "/rooms/r/participants", { room: "r" }],
    ["/:a/:b", "/x/y", { a: "x", b: "y" }],
  ] as const)("%s answers %s", (path, asked, params) => {
    expect(matchOf(routerOf(path), asked)).toEqual([path, params]);
  });

  test.each([
    ["/ws/:topic", "/ws"],
    ["/ws/:topic", "/ws/"],
    ["/ws/:topic", "/ws/a/"],
    ["/ws/:topic", "/ws/a/b"],
    ["/ws/:topic", "/ws//a/"],
    ["/ws/:topic", "/WS/a"],
    ["/:a", "/"],
    ["/:a/b", "//b"],
    ["/rooms/:room/participants", "/rooms//participants"],
    ["/rooms/:room/participants", "/rooms/a/b/participants"],
    ["/rooms/:room/participants", "/rooms/r/participant"],
    ["/rooms/:room/participants", "/rooms/r"],
  ] as const)(
    "%s does not answer %s: it stands for one segment that is not empty",
    (path, asked) => {
      expect(matchOf(routerOf(path), asked)).toBeUndefined();
    },
  );
});

describe("a *name at the end of a path", () => {
  test.each([
    ["/webrtc/ws/*room", "/webrtc/ws/room", { room: "room" }],
    ["/webrtc/ws/*room", "/webrtc/ws/a/b%2F//c", { room: "a/b%2F//c" }],
    ["/webrtc/ws/*room", "/webrtc/ws/", { room: "" }],
    ["/webrtc/ws/*room", "/webrtc/ws//", { room: "/" }],
    ["/*all", "/", { all: "" }],
    ["/*all", "/a/b", { all: "a/b" }],
    ["/:a/*b", "/x/y/z", { a: "x", b: "y/z" }],
  ] as const)("%s answers %s", (path, asked, params) => {
    expect(matchOf(routerOf(path), asked)).toEqual([path, params]);
  });

  test.each([
    ["/webrtc/ws/*room", "/webrtc/ws"],
    ["/webrtc/ws/*room", "/webrtc"],
    ["/webrtc/ws/*room", "/webrtc/wss/room"],
    ["/:a/*b", "//y"],
    ["/:a/*b", "/x"],
  ] as const)("%s does not answer %s", (path, asked) => {
    expect(matchOf(routerOf(path), asked)).toBeUndefined();
  });
});

describe("slashes too many do not matter:", () => {
  test.each([
    ["/", "//", {}],
    ["/", "///", {}],
    ["/signal", "/signal/", {}],
    ["/signal", "//signal///", {}],
    ["/base/", "/base", {}],
    ["/base/", "//base//", {}],
    ["/ws/:topic", "/ws//a", { topic: "a" }],
    ["/ws/:topic", "//ws///a%2Fb", { topic: "a%2Fb" }],
    ["/rooms/:room/list", "/rooms//r/list/", { room: "r" }],
    ["/webrtc/ws/*room", "//webrtc//ws/a//b/", { room: "a//b/" }],
  ] as const)("%s answers %s", (path, asked, params) => {
    expect(matchOf(routerOf(path), asked)).toEqual([path, params]);
  });

  test("but a slash at the end is no name that is left out", () => {
    const router = routerOf("/ws", "/ws/:topic", "/rooms", "/rooms/*room");
    expect(["/ws/", "/ws//", "//ws/"].map((path) => matchOf(router, path))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(matchOf(router, "//ws")).toEqual(["/ws", {}]);
    expect(matchOf(router, "//rooms/")).toEqual(["/rooms/*room", { room: "" }]);
    expect(matchOf(router, "//rooms")).toEqual(["/rooms", {}]);
  });

  test("but a path that a route has as it is, is that route's", () => {
    const router = routerOf("/a//b", "/a/b", "/c/*rest", "/c");
    expect(
      ["/a//b", "/a/b", "/a///b", "/c/", "/c//x"].map((path) => matchOf(router, path)),
    ).toEqual([
      ["/a//b", {}],
      ["/a/b", {}],
      ["/a/b", {}],
      ["/c/*rest", { rest: "" }],
      ["/c/*rest", { rest: "/x" }],
    ]);
  });
});

describe("the words of a path", () => {
  const router = new Router(
    [getAt("/Key/:name/id", true), getAt("/other/:name")].map((route) => ({ route, owner: "it" })),
  );

  test.each(["/Key/Me/id", "/KEY/Me/ID", "/key/Me/id/", "//kEy//Me//iD"])(
    "match in any case where the route says so, and names keep theirs: %s",
    (path) => {
      expect(router.get(path)?.params).toEqual({ name: "Me" });
    },
  );

  test("match as they are elsewhere", () => {
    expect([router.get("/other/Me")?.params, router.get("/Other/Me")]).toEqual([
      { name: "Me" },
      undefined,
    ]);
  });

  test.each([
    [getAt("/a"), getAt("/A", true)],
    [getAt("/A", true), getAt("/a", true)],
    [getAt("/:x/B", true), getAt("/a/b")],
    [getAt("/a/B/*rest", true), getAt("/a/b/")],
  ])("of %j and %j can match the same request", (one, other) => {
    for (const routes of [
      [one, other],
      [other, one],
    ])
      expect(() => new Router(routes.map((route) => ({ route, owner: "it" })))).toThrow(
        RouteCollision,
      );
  });
});

describe("of routes that cannot meet", () => {
  const router = routerOf(
    "/",
    "/ws",
    "/ws/:topic",
    "/webrtc/ws/*room",
    "/ws/webrtc/*room",
    "/a/:b/c",
  );

  test.each([
    ["/", "/", {}],
    ["/ws", "/ws", {}],
    ["/ws/webrtc", "/ws/:topic", { topic: "webrtc" }],
    ["/ws/webrtc/", "/ws/webrtc/*room", { room: "" }],
    ["/ws/webrtc/a/b", "/ws/webrtc/*room", { room: "a/b" }],
    ["/webrtc/ws/a", "/webrtc/ws/*room", { room: "a" }],
    ["/a/x/c", "/a/:b/c", { b: "x" }],
  ] as const)("the one for %s is %s", (asked, path, params) => {
    expect(matchOf(router, asked)).toEqual([path, params]);
  });

  test("none is for another path", () => {
    for (const path of ["/x", "/ws/a/b", "/webrtc/ws", "/a/x", "/a//c"])
      expect(matchOf(router, path)).toBeUndefined();
  });
});

/** The error of two routes that are given together, in this order. */
function collisionOf(one: Path, other: Path): unknown {
  try {
    routerOf(one, other);
    return undefined;
  } catch (error) {
    return error;
  }
}

test("a route that yields answers what no other does, and collides with none", () => {
  const yields = { ...socketAt("/:room"), yields: true } as const;
  const router = new Router([
    { route: yields, owner: "games" },
    ...["/", "/signal", "/ws/:topic"].map((path) => ({
      route: socketAt(path as Path),
      owner: path,
    })),
  ]);
  const answered = ["/", "/signal", "/signal/", "/ws/a", "/ws", "/game", "/game/", "/a/b"].map(
    (path) => matchOf(router, path)?.[0],
  );
  expect(answered).toEqual([
    "/",
    "/signal",
    "/signal",
    "/ws/:topic",
    "/:room",
    "/:room",
    undefined,
    undefined,
  ]);
  expect(() => new Router([yields, yields].map((route) => ({ route, owner: "games" })))).toThrow(
    RouteCollision,
  );
});

describe("two routes that can match the same request", () => {
  test.each([
    ["/ws", "/ws"],
    ["/", "/"],
    ["/ws", "/ws/"],
    ["/ws/:topic", "/ws/peerjs"],
    ["/ws/:topic", "/ws/:room"],
    ["/ws/:topic", "/:a/b"],
    ["/ws/:topic", "/:a/:b"],
    ["/a/:b/c", "/a/b/:c"],
    ["/*all", "/"],
    ["/*all", "/a/b/c"],
    ["/*all", "/:a"],
    ["/*all", "/*everything"],
    ["/a/*rest", "/a/"],
    ["/a/*rest", "/a/b"],
    ["/a/*rest", "/a/b/c/d"],
    ["/a/*rest", "/a/:b"],
    ["/a/*rest", "/:a/b/c"],
    ["/a/*rest", "/a/b/*rest"],
    ["/a/*rest", "/:x/*rest"],
    ["/a/:b/*c", "/a/b/c"],
    ["/a/:b/*c", "/:a/b/c/d"],
    ["/:a/:b", "/*rest"],
  ] as const)("%s and %s are refused, in either order, with the names of both", (one, other) => {
    for (const [first, second] of [
      [one, other],
      [other, one],
    ] as const) {
      const error = collisionOf(first, second);
      expect(error).toBeInstanceOf(RouteCollision);
      expect((error as Error).message).toBe(
        `${first} of owner of ${first} and ${second} of owner of ${second} answer the same requests`,
      );
    }
  });

  test("are refused wherever they stand among others", () => {
    const paths = ["/a", "/b/:c", "/d/*e", "/f", "/b/x"] as const;
    expect(() => routerOf(...paths)).toThrow(RouteCollision);
    expect(() => routerOf(...paths.toReversed())).toThrow(RouteCollision);
    expect(() => routerOf(...paths.slice(0, -1))).not.toThrow();
  });
});

describe("two routes that cannot match the same request", () => {
  test.each([
    ["/ws", "/WS"],
    ["/a//b", "/a/b"],
    ["/a", "/%61"],
    ["/ws", "/ws/:topic"],
    ["/ws/", "/ws/:topic"],
    ["/", "/:a"],
    ["/ws/:topic", "/ws/webrtc/*room"],
    ["/ws/:topic", "/ws/a/b"],
    ["/:a/b", "/:a/c"],
    ["/a/:b", "/c/:b"],
    ["/a/*rest", "/a"],
    ["/a/*rest", "/b/*rest"],
    ["/a/*rest", "/ab/c"],
    ["/a/:b/*c", "/a/b"],
    ["/a/:b/*c", "/a//c"],
    ["/webrtc/ws/*room", "/ws/webrtc/*room"],
    ["/webrtc/rooms/:room/participants", "/webrtc/ws/*room"],
  ] as const)("%s and %s are fine, in either order", (one, other) => {
    expect([collisionOf(one, other), collisionOf(other, one)]).toEqual([undefined, undefined]);
  });

  test("may be at one path, if one is for sockets and the other is not", () => {
    const socket = { route: socketAt("/signal"), owner: "y-webrtc" };
    const get = { route: getAt("/signal"), owner: "y-webrtc" };
    const rest = { route: getAt("/signal/*rest"), owner: "pages" };
    const router = new Router([socket, get, rest]);
    expect([
      router.socket("/signal")?.found === socket,
      router.get("/signal")?.found === get,
      router.socket("/signal/a"),
      router.get("/signal/a")?.params,
    ]).toEqual([true, true, undefined, { rest: "a" }]);
  });
});

test("of any two patterns, those are refused that some path matches, and others in no order", () => {
  // Every pattern and every path of up to three segments of so few letters that they meet.
  const ends = ["", "a", "b", ":x"];
  const more = <Each extends string>(begins: readonly Each[], each: readonly string[]) =>
    begins.flatMap((begin) => each.map((end) => `${begin}/${end}` as const));
  const one = more([""], ends);
  const two = more(one, ends);
  const patterns = [...one, ...two, ...more(["", ...one, ...two], ["*rest"])] as readonly Path[];
  const segments = ["", "a", "b", "c"];
  const shortPaths = more([""], segments);
  const paths = [...shortPaths, ...more(shortPaths, segments)];
  paths.push(...more(more(shortPaths, segments), segments));
  const matched = new Map(
    patterns.map((pattern) => {
      const router = routerOf(pattern);
      return [pattern, new Set(paths.filter((path) => router.socket(path) !== undefined))];
    }),
  );
  for (const first of patterns)
    for (const second of patterns) {
      const isRefused = collisionOf(first, second) !== undefined;
      const canMeet = !matched.get(first)!.isDisjointFrom(matched.get(second)!);
      if (isRefused) expect([first, second, canMeet]).toEqual([first, second, true]);
      else {
        const [router, turned] = [routerOf(first, second), routerOf(second, first)];
        const differing = paths.filter(
          (path) => !Bun.deepEquals(matchOf(router, path), matchOf(turned, path)),
        );
        expect([first, second, differing]).toEqual([first, second, []]);
      }
    }
});
