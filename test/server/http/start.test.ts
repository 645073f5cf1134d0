import { expect, test } from "bun:test";
import type { Settings } from "../../../src/options/option.ts";
import { startRoute } from "../../../src/server/http/start.ts";

const stats = { nodes: 2, connections: 7, topics: 3, framesReceived: 10, framesSent: 30, away: 1 };

interface Shown {
  readonly figures?: object;
  readonly notices?: readonly { readonly variables: readonly string[] }[];
}

/** @param given values of options that are not the default, by name */
function routeWith(given: Readonly<Record<string, unknown>> = {}) {
  const settings: Settings = (option) => (given[option.name] as never) ?? option.default;
  let asked = 0;
  const route = startRoute(settings, ({ path }) => {
    asked++;
    return Promise.resolve(
      path === "/api/v1/stats" ? { status: 200, body: stats } : { status: 404, body: {} },
    );
  });
  const url = new URL("http://localhost/start.json");
  const ask = async (headers: Record<string, string> = {}, peer = "127.0.0.1"): Promise<Shown> => {
    const request = new Request(url.href, { headers: { Host: "localhost:8081", ...headers } });
    const response = await route.get({ url, params: {}, remoteAddress: peer }, request);
    return (await response.json()) as Shown;
  };
  return { ask, asked: () => asked };
}

const remote = [{ Host: "192.0.2.1:8081" }, "192.0.2.9"] as const;

const figures = {
  at: expect.any(Number),
  nodes: 2,
  connections: 7,
  topics: 3,
  frames: 40,
  shownTo: "loopback",
};

test("this machine is shown figures and what is not set up, and others nothing", async () => {
  const { ask } = routeWith();
  const shown = await ask();
  expect(shown.figures).toEqual(figures);
  expect(shown.notices?.map(({ variables }) => variables)).toEqual([
    ["AUTH=required", "JWT_SECRET"],
    ["JWT_SECRET", "JWT_PUBLIC_KEY_FILE", "JWKS_URL"],
  ]);
  expect(await ask(...remote)).toEqual({});
});

test.each([
  { "X-Forwarded-For": "192.0.2.9" },
  { Forwarded: "for=192.0.2.9" },
  { Via: "1.1 proxy" },
  { Host: "rebound.example" },
])("%j is not this machine", async (headers) => {
  expect(await routeWith().ask(headers)).toEqual({});
});

test("an operator shows figures to everybody, or to nobody; notices are for this machine", async () => {
  const everybody = routeWith({ "show-figures": "everybody" });
  const shown = { figures: { ...figures, shownTo: "everybody" } };
  expect(await everybody.ask(...remote)).toEqual(shown);
  const nobody = routeWith({
    "show-figures": "nobody",
    auth: "required",
    "jwks-url": new URL("http://a"),
  });
  expect(await nobody.ask(...remote)).toEqual({});
  expect(await nobody.ask()).toEqual({ notices: [] });
});

test("a key is not missed where there is one, and protocols are not open where some want tokens", async () => {
  const key = { "jwks-url": new URL("http://a") };
  const { notices }: { readonly notices?: unknown } = await routeWith(key).ask();
  expect(notices).toEqual([
    { text: expect.any(String), variables: ["AUTH=required"], needs: "all" },
  ]);
  const some = { ...key, auth: "required", "auth-protocols": ["topic"] };
  expect((await routeWith(some).ask()).notices).toEqual([]);
});

test("however many ask, all nodes are asked once a second", async () => {
  const { ask, asked } = routeWith();
  await Promise.all(Array.from({ length: 50 }, () => ask()));
  // A machine may be slow.
  expect(asked()).toBeLessThan(50);
});
