// What `deploy/` makes of the metrics: each name in it is in the catalogue, and Prometheus's own tool agrees.

import { expect, test } from "bun:test";
import { type MetricSpec, metrics } from "../../src/operator/metrics/catalogue.ts";
import { isThere } from "../support/missing.ts";
import { root } from "../support/paths.ts";
import { ServerProcess } from "../support/server-process.ts";

const promtool = "/usr/bin/promtool";

const textOf = (file: string): Promise<string> => Bun.file(`${root}/deploy/${file}`).text();

/** As series, which a histogram has several of. */
const series = new Set(
  Object.entries<MetricSpec>(metrics).flatMap(([name, { type }]) =>
    type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  ),
);

const namesIn = (text: string): readonly string[] => text.match(/\bsignalbox_[a-z_]+/g) ?? [];

test.each(["grafana.json", "alerts.yml"])("%s names metrics that are there", async (file) => {
  const names = namesIn(await textOf(file));
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !series.has(name))).toEqual([]);
});

test("the dashboard for Grafana shows every metric but those of limits by themselves", async () => {
  const names = new Set(namesIn(await textOf("grafana.json")));
  const shown = (name: string) =>
    names.has(name) || names.has(`${name}_bucket`) || /_max$|turn_|start_time/.test(name);
  expect(Object.keys(metrics).filter((name) => !shown(name))).toEqual([]);
});

/** @returns exit code and output */
async function check(args: readonly string[], input = ""): Promise<readonly [number, string]> {
  const tool = Bun.spawn([promtool, ...args], {
    stdin: new Blob([input]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([
    new Response(tool.stdout).text(),
    new Response(tool.stderr).text(),
  ]);
  return [await tool.exited, out + err];
}

test("docs/day-two.md says what to do for each alert, and for no other", async () => {
  const [rules, page] = await Promise.all(
    ["deploy/alerts.yml", "docs/day-two.md"].map((path) => Bun.file(`${root}/${path}`).text()),
  );
  const named = (text = "", pattern: RegExp) =>
    Array.from(text.matchAll(pattern), ([, name]) => name);
  expect(named(page, /^\| `(Signalbox\w+)`/gm)).toEqual(named(rules, /- alert: (\w+)/g));
});

test.skipIf(!isThere(promtool, "promtool"))("promtool agrees with the alerts", async () => {
  const [code, said] = await check(["check", "rules", `${root}/deploy/alerts.yml`]);
  expect([code, said]).toEqual([0, expect.stringContaining("SUCCESS")]);
});

test.skipIf(!isThere(promtool, "promtool"))("promtool agrees with /metrics", async () => {
  await using server = await ServerProcess.start();
  const text = await (await fetch(new URL("/metrics", server.operators))).text();
  expect(await check(["check", "metrics"], text)).toEqual([0, ""]);
});
