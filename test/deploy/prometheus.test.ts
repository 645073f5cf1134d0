// A real Prometheus scrapes the binary, as docs/metrics.md says: each of its values is what a script did.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { type MetricSpec, metrics } from "../../src/operator/metrics/catalogue.ts";
import { describeWith } from "../support/missing.ts";
import { Prometheus, prometheusProgram } from "../support/prometheus.ts";
import { RawSocket } from "../support/raw-socket.ts";
import { ServerProcess } from "../support/server-process.ts";
import { until } from "../support/talkers.ts";
import { secret } from "../support/tokens.ts";
import { freshTopic, joinTwo } from "../support/topic-client.ts";

// As Prometheus sends it: a bearer has no spaces.
const token = "0123456789abcdef";

let server: ServerProcess & { readonly url: URL };
let prometheus: Prometheus;

describeWith(prometheusProgram, "Prometheus")("Prometheus", () => {
  beforeAll(async () => {
    server = await ServerProcess.start([], { ADMIN_TOKEN: token, JWT_SECRET: secret });
    prometheus = await Prometheus.start(server.operators, token);
  });

  afterAll(async () => {
    await prometheus[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  test("has the figures of a script", async () => {
    const [ann, bob] = await joinTwo(server.url, freshTopic());
    for (let count = 0; count < 25; count++)
      ann.socket.send(`{"type":"offer","to":"${bob.id}","payload":${count}}`);
    for (let count = 0; count < 25; count++) await bob.socket.next();
    for (let count = 0; count < 3; count++) {
      ann.socket.send('{"type":"offer","to":"nobody","msgId":"1"}');
      await ann.socket.next();
    }
    const refused = await RawSocket.open(server.url, "/webrtc/ws/room?token=bad");
    await refused.closed;
    bob.socket.send("x".repeat(70_000));
    await bob.socket.closed;
    await ann.socket.next();
    await server.logged(({ msg, code }) => msg === "connection ended" && code === 1009);
    await server.logged(({ msg, code }) => msg === "connection ended" && code === 1008);
    await prometheus.scraped();
    const value = async (query: string) =>
      (await prometheus.query(query)).map((series) => series.value);
    const expected = {
      'signalbox_connections{protocol="topic"}': 1,
      'signalbox_connects_total{protocol="topic"}': 2,
      'signalbox_disconnects_total{protocol="topic",reason="too-large"}': 1,
      'signalbox_disconnects_total{protocol="room",reason="token-refused"}': 1,
      'signalbox_token_refusals_total{protocol="room",reason="malformed"}': 1,
      'signalbox_joins_total{protocol="topic"}': 2,
      'signalbox_leaves_total{protocol="topic"}': 1,
      'signalbox_frames_total{protocol="topic",direction="received"}': 29,
      'signalbox_relays_total{protocol="topic",outcome="sent"}': 25,
      'signalbox_relays_total{protocol="topic",outcome="absent"}': 3,
      signalbox_ready: 1,
      'up{job="signalbox"}': 1,
    };
    const found = await Promise.all(
      Object.keys(expected).map(async (query) => [query, await value(query)] as const),
    );
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries(Object.entries(expected).map(([query, one]) => [query, [one]])),
    );
  });

  test("knows the type and the help of every metric that it has, and has no other", async () => {
    await prometheus.scraped();
    const has = await prometheus.get("label/__name__/values");
    const families = new Set(
      (has as string[])
        .filter((name) => name.startsWith("signalbox_"))
        .map((name) => name.replace(/_(bucket|sum|count)$/, "")),
    );
    const known: Record<string, { type: string; help: string }[]> =
      await prometheus.get("metadata");
    const catalogue: Readonly<Record<string, MetricSpec>> = metrics;
    expect(families.size).toBeGreaterThan(20);
    for (const name of families)
      expect([name, known[name]?.[0]]).toEqual([
        name,
        expect.objectContaining({ type: catalogue[name]?.type, help: catalogue[name]?.help }),
      ]);
  });

  test("evaluates every alert, and none of them goes off", async () => {
    await prometheus.scraped();
    const rules = async (): Promise<{ name: string; health: string; state: string }[]> => {
      const { groups } = await prometheus.get("rules");
      return groups.flatMap((group: { rules: unknown[] }) => group.rules);
    };
    const areKnown = async () => (await rules()).every(({ health }) => health !== "unknown");
    await until(areKnown, "not every rule is evaluated");
    const all = await rules();
    expect(all.length).toBeGreaterThan(5);
    expect(all.filter(({ health, state }) => health !== "ok" || state === "firing")).toEqual([]);
  });
});
