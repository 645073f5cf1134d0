// Writes figures as Prometheus reads them. prom-client is loaded at the first scrape: the start does not wait for it.

import { type MetricName, type MetricSpec, metrics } from "./catalogue.ts";
import type { Sample, Samples } from "./samples.ts";

export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

type PromClient = typeof import("prom-client");

export async function exposition(samples: Samples): Promise<Exposition> {
  const prom = await import("prom-client");
  const registry = new prom.Registry();
  for (const name of Object.keys(metrics) as MetricName[]) {
    const own = samples.filter(({ metric }) => metric === name);
    if (own.length > 0) registry.registerMetric(await metricOf(prom, name, own));
  }
  return { contentType: registry.contentType, text: await registry.metrics() };
}

async function metricOf(prom: PromClient, name: MetricName, samples: Samples) {
  const { type, help, labels }: MetricSpec = metrics[name];
  const common = { name, help, labelNames: [...labels], registers: [] };
  switch (type) {
    case "counter": {
      const counter = new prom.Counter(common);
      for (const sample of samples) counter.inc(labelsOf(labels, sample), sample.value);
      return counter;
    }
    case "gauge":
    case "histogram": {
      const gauge = new prom.Gauge(common);
      if (type === "gauge")
        for (const sample of samples) gauge.set(labelsOf(labels, sample), sample.value);
      else {
        // A histogram of prom-client cannot be given what was counted elsewhere; it only says what it is.
        const shape = await new prom.Histogram({ name, help, registers: [] }).get();
        gauge.get = async () => ({ ...shape, values: samples.flatMap(classesOf) });
      }
      return gauge;
    }
    default:
      return type satisfies never;
  }
}

function classesOf({ metric, bounds = [], counts = [], value }: Sample) {
  let below = 0;
  const classes = counts.map((count, at) => {
    below += count;
    return { labels: { le: bounds[at] ?? "+Inf" }, value: below, metricName: `${metric}_bucket` };
  });
  return [
    ...classes,
    { labels: {}, value, metricName: `${metric}_sum` },
    { labels: {}, value: below, metricName: `${metric}_count` },
  ];
}

const labelsOf = (names: readonly string[], { labels }: Sample): Record<string, string> =>
  Object.fromEntries(names.map((name, at) => [name, labels[at] ?? ""]));
