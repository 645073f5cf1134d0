import { describe, expect, test } from "bun:test";
import { type MetricSpec, metrics } from "../../src/operator/metrics/catalogue.ts";
import { exposition } from "../../src/operator/metrics/exposition.ts";
import { combine, lasting, type Sample } from "../../src/operator/metrics/samples.ts";

const connects = (value: number, protocol = "topic"): Sample => ({
  metric: "signalbox_connects_total",
  labels: [protocol],
  value,
});

const lag = (value: number, ...counts: readonly number[]): Sample => ({
  metric: "signalbox_event_loop_lag_seconds",
  labels: [],
  value,
  bounds: [0.1, 1],
  counts,
});

test.each(Object.entries<MetricSpec>(metrics))(
  "%s is named as Prometheus wants it",
  (name, spec) => {
    expect(name).toMatch(/^signalbox_[a-z][a-z_]*[a-z]$/);
    expect(name.endsWith("_total")).toBe(spec.type === "counter");
    expect(spec.help).toMatch(/\.$/);
    expect(spec.labels.filter((label) => /topic|user|address|peer|room/.test(label))).toEqual([]);
  },
);

describe("figures of several processes", () => {
  test("are added up, series by series", () => {
    const all = combine([[connects(1), connects(2, "room")], [connects(3)]]);
    expect(all).toEqual([connects(4), connects(2, "room")]);
  });

  test("of a histogram are added up class by class", () => {
    expect(combine([[lag(1, 1, 2, 3)], [lag(2, 1, 0, 1)]])).toEqual([lag(3, 2, 2, 4)]);
  });

  test("are the lowest of readiness, and the highest of nodes", () => {
    const [ready, nodes] = ["signalbox_ready", "signalbox_nodes"] as const;
    const of = (metric: typeof ready | typeof nodes, value: number) => ({
      metric,
      labels: [],
      value,
    });
    const all = combine([
      [of(ready, 1), of(nodes, 2)],
      [of(ready, 0), of(nodes, 3)],
    ]);
    expect(all).toEqual([of(ready, 0), of(nodes, 3)]);
  });

  test("that still count when it has ended are its counters, but not its own CPU time", () => {
    const cpu: Sample = {
      metric: "signalbox_process_cpu_seconds_total",
      labels: ["worker-1"],
      value: 1,
    };
    const open: Sample = { metric: "signalbox_connections", labels: ["topic"], value: 1 };
    expect(lasting([connects(1), cpu, open, lag(1, 1, 1, 1)])).toEqual([
      connects(1),
      lag(1, 1, 1, 1),
    ]);
  });
});

test("they are written as Prometheus reads them", async () => {
  const { contentType, text } = await exposition([connects(7), lag(2.5, 1, 2, 3)]);
  expect(contentType).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(text.split("\n").filter((line) => !line.startsWith("# HELP"))).toEqual([
    "# TYPE signalbox_connects_total counter",
    'signalbox_connects_total{protocol="topic"} 7',
    "",
    "# TYPE signalbox_event_loop_lag_seconds histogram",
    'signalbox_event_loop_lag_seconds_bucket{le="0.1"} 1',
    'signalbox_event_loop_lag_seconds_bucket{le="1"} 3',
    'signalbox_event_loop_lag_seconds_bucket{le="+Inf"} 6',
    "signalbox_event_loop_lag_seconds_sum 2.5",
    "signalbox_event_loop_lag_seconds_count 6",
    "",
  ]);
});
