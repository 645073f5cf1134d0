import { expect, test } from "bun:test";
import { type Health, healthRoutes } from "../../../src/server/http/health.ts";
import { Router } from "../../../src/server/router.ts";

/** What is answered at paths that are about health, and at others. */
async function answers(health: Health) {
  const router = new Router(
    healthRoutes(() => health).map((route) => ({ route, owner: "the server" })),
  );
  const paths = ["/healthz", "/livez", "/readyz", "/", "/nothing", "/Healthz", "/healthz%20"];
  return Promise.all(
    paths.map(async (path) => {
      const url = new URL(path, "http://signalbox.test");
      const match = router.get(url.pathname);
      const response = await match?.found.route.get(
        { url, params: match.params },
        new Request(url.href),
      );
      return response && [response.status, await response.text()];
    }),
  );
}

const elsewhere = [undefined, undefined, undefined, undefined];

test("a server that runs is healthy, alive and ready", async () => {
  expect(await answers({ isReady: true, isDegraded: false })).toEqual([
    [200, "ok"],
    [200, "ok"],
    [200, "ready"],
    ...elsewhere,
  ]);
});

test("a server that is being stopped is healthy and alive, and wants no more clients", async () => {
  expect(await answers({ isReady: false, isDegraded: false })).toEqual([
    [200, "ok"],
    [200, "ok"],
    [503, "draining"],
    ...elsewhere,
  ]);
});

test("a server that cannot reach the others goes on taking clients, and says so", async () => {
  expect(await answers({ isReady: true, isDegraded: true })).toEqual([
    [200, "ok"],
    [200, "ok"],
    [200, "degraded: other nodes cannot be reached"],
    ...elsewhere,
  ]);
});

test("health is told by how the server is at the request, and needs no token", () => {
  let isReady = true;
  const routes = healthRoutes(() => ({ isReady, isDegraded: false }));
  const ready = routes.find(({ path }) => path === "/readyz")!;
  const ask = () => {
    const request = new Request("http://signalbox.test/readyz");
    return (ready.get({ url: new URL(request.url), params: {} }, request) as Response).status;
  };
  const before = ask();
  isReady = false;
  expect([before, ask(), routes.map(({ access }) => access)]).toEqual([
    200,
    503,
    ["public", "public", "public"],
  ]);
});
