// The pages of the operators' port: the dashboard, by the paths of what it is made of.

import { bundle, text } from "./bundle.ts" with { type: "macro" };
import { Html, html } from "./html.ts";
import { css, htmlType, javascript, Page, svg } from "./page.ts";

const dashboard = () => html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>signalbox dashboard</title>
    <link rel="icon" href="/favicon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/dashboard.css">
    <script src="/dashboard.js" type="module"></script>
  </head>
  <body class="dashboard">
    ${new Html('<div id="dashboard"></div>')}
    <noscript>The dashboard needs JavaScript. The admin API at /api/v1 and metrics at /metrics do not.</noscript>
  </body>
</html>
`;

const sheets = [
  text("style.css"),
  text("../../node_modules/uplot/dist/uPlot.min.css"),
  text("dashboard/dashboard.css"),
];

export const dashboardPages: readonly (readonly [`/${string}`, Page])[] = [
  ["/", new Page(htmlType, () => dashboard().toString())],
  ["/dashboard.js", new Page(javascript, () => bundle("dashboard/dashboard.tsx"))],
  ["/dashboard.css", new Page(css, () => sheets.join(""))],
  ["/favicon.svg", new Page(svg, () => text("favicon.svg"))],
];
