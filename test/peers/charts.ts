// A bar for each measurement: how many times as many messages ours delivers. It follows the reader's light or dark.

import type { Row } from "./results.ts";

const width = 720;
const labelWidth = 300;
const barHeight = 16;
const rowHeight = 24;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

export function chart(rows: readonly Row[]): string {
  const most = Math.max(1, ...rows.map(({ ratio }) => ratio));
  const scale = (width - labelWidth - 60) / most;
  const height = rows.length * rowHeight + 24;
  const bars = rows.map(({ name, window, ratio }, index) => {
    const y = index * rowHeight + 8;
    const middle = y + barHeight / 2 + 4;
    return `  <text class="label" x="${labelWidth - 8}" y="${middle}">${escaped(name)}, ${window} in flight</text>
  <rect x="${labelWidth}" y="${y}" width="${(ratio * scale).toFixed(1)}" height="${barHeight}" rx="3"/>
  <text x="${(labelWidth + ratio * scale + 6).toFixed(1)}" y="${middle}">${ratio.toFixed(2)}</text>`;
  });
  const one = (labelWidth + scale).toFixed(1);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="How many times as many messages signalbox delivers per second of CPU as other servers">
  <style>
    text { font: 12px system-ui, sans-serif; fill: #1c2326; }
    .label { text-anchor: end; }
    rect { fill: #17694c; }
    line { stroke: #868d8a; stroke-dasharray: 3 4; }
    @media (prefers-color-scheme: dark) { text { fill: #e7eaea; } rect { fill: #5fcf9f; } }
  </style>
${bars.join("\n")}
  <line x1="${one}" x2="${one}" y1="0" y2="${height - 12}"/>
</svg>
`;
}
