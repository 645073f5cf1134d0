// One chart over the last minutes, with the latest value of each line beside its name.

import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";

export interface Line {
  readonly name: string;
  /** A custom property of the style sheet. */
  readonly color: `--${string}`;
  readonly values: readonly number[];
}

interface ChartProps {
  readonly title: string;
  /** Seconds since 1970. */
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly shown: (value: number) => string;
}

const height = 180;

/** From one line across to the next: a part of a connection is nothing. */
const wholeSteps = Array.from({ length: 7 }, (_, power) =>
  [1, 2, 5].map((by) => by * 10 ** power),
).flat();

/** All charts point at the same moment. */
const cursor = uPlot.sync("time");

export function Chart({ title, times, lines, shown }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const data = [times, ...lines.map(({ values }) => values)] as unknown as uPlot.AlignedData;
  const latest = useRef(data);
  latest.current = data;
  const names = lines.map(({ name, color }) => `${name} ${color}`).join();

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const draw = (): void => {
      plot.current?.destroy();
      plot.current = new uPlot(optionsOf(lines, element, shown), latest.current, element);
    };
    draw();
    const resized = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height }),
    );
    resized.observe(element);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", draw);
    return () => {
      dark.removeEventListener("change", draw);
      resized.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [names]);

  useEffect(() => plot.current?.setData(data));

  return (
    <section class="card chart" aria-label={title}>
      <h2>{title}</h2>
      <ul class="legend">
        {lines.map(({ name, color, values }) => (
          <li key={name}>
            <span class={`swatch ${color.slice(2)}`} />
            {name} <b data-testid={`now ${name}`}>{shown(values.at(-1) ?? 0)}</b>
          </li>
        ))}
      </ul>
      <div class="plot" ref={place} />
    </section>
  );
}

function optionsOf(
  lines: readonly Line[],
  element: HTMLElement,
  shown: (value: number) => string,
): uPlot.Options {
  const style = getComputedStyle(element);
  const colorOf = (name: string): string => style.getPropertyValue(name);
  const axis = {
    stroke: colorOf("--soft-now"),
    grid: { stroke: colorOf("--line-now"), width: 1 },
    ticks: { show: false },
    font: "12px system-ui, sans-serif",
  };
  return {
    width: element.clientWidth,
    height,
    padding: [12, 28, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: cursor.key }, points: { size: 6 }, y: false },
    scales: { y: { range: (_, __, max) => [0, Math.max(max * 1.1, 4)] } },
    axes: [
      { ...axis, values: (plot, splits) => splits.map(timesOf(plot)), space: 80, size: 30 },
      { ...axis, values: (_, splits) => splits.map(shown), size: 56, incrs: wholeSteps },
    ],
    series: [
      {},
      ...lines.map(({ name, color }) => ({
        label: name,
        stroke: colorOf(`${color}-now`),
        width: 2,
        points: { show: false },
      })),
    ],
  };
}

/** With seconds, as long as few minutes are shown. */
function timesOf({ scales }: uPlot): (seconds: number) => string {
  const { min = 0, max = 0 } = scales["x"] ?? {};
  const isShort = (max ?? 0) - (min ?? 0) < 300;
  const format: Intl.DateTimeFormatOptions = {
    hour: "2-digit",
    minute: "2-digit",
    ...(isShort && { second: "2-digit" }),
  };
  return (seconds) => new Date(seconds * 1000).toLocaleTimeString("en-GB", format);
}
