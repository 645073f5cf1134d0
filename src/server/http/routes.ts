// The server's own routes: pages, health, and what clients of every protocol may ask.

import type { HostedServers } from "../../ice/hosted.ts";
import type { Settings } from "../../options/option.ts";
import { pageRoutes } from "../../pages/pages.ts";
import type { GetRoute, Guide } from "../../protocols/protocol.ts";
import { demoTokenRoute } from "./demo-token.ts";
import { type Health, healthRoutes } from "./health.ts";
import { iceRoute } from "./ice.ts";

/** @param guides and `version` are shown on the start page */
export const httpRoutes = (
  settings: Settings,
  hosted: HostedServers | undefined,
  health: () => Health,
  guides: readonly Guide[],
  version: string,
): readonly GetRoute[] => [
  ...pageRoutes(guides, version),
  demoTokenRoute(settings),
  iceRoute(settings, hosted),
  ...healthRoutes(health),
];
