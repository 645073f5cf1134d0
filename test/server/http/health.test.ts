import { expect, test } from "bun:test";
import { healthResponse } from "../../../src/server/http/health.ts";

async function answers(isReady: boolean, isDegraded = false) {
  const paths = ["/healthz", "/livez", "/readyz", "/", "/healthz/", "/Healthz"];
  return Promise.all(
    paths.map(async (path) => {
      const response = healthResponse(path, { isReady, isDegraded });
      return response && [response.status, await response.text()];
    }),
  );
}

const elsewhere = [undefined, undefined, undefined];

test("a server that runs is healthy, alive and ready", async () => {
  expect(await answers(true)).toEqual([[200, "ok"], [200, "ok"], [200, "ready"], ...elsewhere]);
});

test("a server that is being stopped is healthy and alive, and wants no more clients", async () => {
  expect(await answers(false)).toEqual([[200, "ok"], [200, "ok"], [503, "draining"], ...elsewhere]);
});

test("a server that cannot reach the others goes on taking clients, and says so", async () => {
  const degraded = [200, "degraded: other nodes cannot be reached"];
  expect(await answers(true, true)).toEqual([[200, "ok"], [200, "ok"], degraded, ...elsewhere]);
});
