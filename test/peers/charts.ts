// Charts of a part's results, as SVG. They follow the reader's light or dark.

import type { Part } from "./parts.ts";
import type { PartResult, Row } from "./results.ts";

const width = 720;
const labelWidth = 300;
const valueWidth = 70;
const barHeight = 14;
const rowHeight = 20;
const headHeight = 26;

const plot = { left: 70, right: 20, top: 34, height: 220, bottom: 40 } as const;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** As short as a label of an axis must be. */
export const shortNumber = (value: number): string =>
  value >= 10_000
    ? `${Math.round(value / 1000).toLocaleString("en-US")}k`
    : value.toLocaleString("en-US", { maximumSignificantDigits: 3 });

const isOurs = ({ ratio, server }: Row): boolean => ratio === null && server === "signalbox";

/** Ours is there once for each of its protocols. */
const nameOf = (row: Row): string => (isOurs(row) ? `${row.server}, ${row.protocol}` : row.server);

const picture = (
  label: string,
  height: number,
  body: readonly string[],
): string => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(label)}">
  <style>
    text { font: 12px system-ui, sans-serif; fill: #1c2326; }
    .head { font-weight: 600; }
    .end { text-anchor: end; }
    .middle { text-anchor: middle; }
    rect, circle { fill: #868d8a; }
    .ours { fill: #17694c; }
    line, polyline { fill: none; stroke: #868d8a; stroke-width: 1.5; }
    polyline.ours { fill: none; stroke: #17694c; stroke-width: 2; }
    .grid { stroke-width: 0.5; stroke-dasharray: 3 4; }
    .spread { stroke: #1c2326; stroke-width: 1; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e7eaea; }
      .ours { fill: #5fcf9f; }
      polyline.ours { stroke: #5fcf9f; }
      .spread { stroke: #e7eaea; }
    }
  </style>
${body.join("\n")}
</svg>
`;

/** The figure of the part's chart, for each row that has it. */
function measured(figure: string, rows: readonly Row[]) {
  return rows.flatMap((row) => {
    const spread = row.figures[figure];
    return spread ? [{ row, spread }] : [];
  });
}

export function chartOf(part: Part, result: PartResult): string {
  return part.chart === "bars" ? bars(part, result) : lines(part, result);
}

/** A block for each setting, with a bar for each server, and a thin line from the lowest to the highest round. */
function bars({ title, mode, charted, compared }: Part, { rows }: PartResult): string {
  const figure = charted ?? compared;
  const unit = mode.columns.find((column) => column.figure === figure)?.title ?? figure;
  const body: string[] = [];
  let y = 0;
  for (const [setting, group] of Map.groupBy(measured(figure, rows), ({ row }) => row.setting)) {
    const most = Math.max(...group.map(({ spread }) => spread.highest));
    const scale = (width - labelWidth - valueWidth) / (most || 1);
    body.push(`  <text class="head" x="4" y="${y + 16}">${escaped(`${setting}: ${unit}`)}</text>`);
    y += headHeight;
    for (const { row, spread } of group) {
      const middle = y + barHeight / 2;
      const x = (value: number) => (labelWidth + value * scale).toFixed(1);
      body.push(
        `  <text class="end" x="${labelWidth - 8}" y="${middle + 4}">${escaped(nameOf(row))}</text>`,
        `  <rect${isOurs(row) ? ' class="ours"' : ""} x="${labelWidth}" y="${y}" width="${(spread.median * scale).toFixed(1)}" height="${barHeight}" rx="2"/>`,
        `  <line class="spread" x1="${x(spread.lowest)}" x2="${x(spread.highest)}" y1="${middle}" y2="${middle}"/>`,
        `  <text x="${Number(x(spread.highest)) + 6}" y="${middle + 4}">${shortNumber(spread.median)}</text>`,
      );
      y += rowHeight;
    }
    y += 8;
  }
  return picture(`${title}: ${unit}, for each server`, y, body);
}

/** A curve for each server. The settings are numbers, shown by their logarithms; the other axis begins at 0. */
function lines({ title, mode, charted, compared }: Part, { rows }: PartResult): string {
  const figure = charted ?? compared;
  const unit = mode.columns.find((column) => column.figure === figure)?.title ?? figure;
  const points = measured(figure, rows);
  const sizes = [...new Set(points.map(({ row }) => Number(row.setting)))];
  const [least, largest] = [Math.min(...sizes), Math.max(...sizes)];
  const most = Math.max(1, ...points.map(({ spread }) => spread.highest));
  const across = width - plot.left - plot.right;
  const x = (size: number): number =>
    plot.left + (across * Math.log(size / least)) / (Math.log(largest / least) || 1);
  const y = (value: number): number => plot.top + plot.height * (1 - value / most);
  const bottom = y(0);
  const body = [`  <text class="head" x="4" y="16">${escaped(`${title}: ${unit}`)}</text>`];
  for (const share of [0, 0.25, 0.5, 0.75, 1])
    body.push(
      `  <line class="grid" x1="${plot.left}" x2="${width - plot.right}" y1="${y(most * share)}" y2="${y(most * share)}"/>`,
      `  <text class="end" x="${plot.left - 6}" y="${y(most * share) + 4}">${shortNumber(most * share)}</text>`,
    );
  for (const size of sizes)
    body.push(
      `  <text class="middle" x="${x(size).toFixed(1)}" y="${bottom + 18}">${size.toLocaleString("en-US")}</text>`,
    );
  const curves = Map.groupBy(points, ({ row }) => nameOf(row));
  let legend = plot.left;
  for (const [name, curve] of curves) {
    const ours = curve.every(({ row }) => isOurs(row)) ? ' class="ours"' : "";
    const at = curve.map(({ row, spread }) => [
      x(Number(row.setting)).toFixed(1),
      y(spread.median).toFixed(1),
    ]);
    body.push(`  <polyline${ours} points="${at.map((point) => point.join(",")).join(" ")}"/>`);
    for (const [cx, cy] of at) body.push(`  <circle${ours} cx="${cx}" cy="${cy}" r="3"/>`);
    body.push(
      `  <circle${ours} cx="${legend}" cy="${bottom + 32}" r="4"/>`,
      `  <text x="${legend + 10}" y="${bottom + 36}">${escaped(name)}</text>`,
    );
    legend += 40 + name.length * 7;
  }
  return picture(`${title}: ${unit}, by size`, bottom + plot.bottom, body);
}
