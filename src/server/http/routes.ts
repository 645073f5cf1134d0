// The server's own routes: pages, health, and what clients of every protocol may ask.

import type { HostedServers } from "../../ice/hosted.ts";
import type { OperatorSource } from "../../operator/source.ts";
import type { Settings } from "../../options/option.ts";
import { pageRoutes } from "../../pages/pages.ts";
import type { GetRoute, Protocol } from "../../protocols/protocol.ts";
import { demoTokenRoute } from "./demo-token.ts";
import { type Health, healthRoutes } from "./health.ts";
import { iceRoute } from "./ice.ts";
import { startRoute } from "./start.ts";

/** What they show. */
interface Shown {
  readonly settings: Settings;
  readonly version: string;
  readonly protocols: readonly Protocol[];
  readonly hostedIce: HostedServers | undefined;
  readonly health: () => Health;
  readonly operators: () => Pick<OperatorSource, "perform">;
}

export const httpRoutes = ({
  settings,
  version,
  protocols,
  hostedIce,
  health,
  operators,
}: Shown): readonly GetRoute[] => {
  const guides = protocols.map(({ guide }) => guide);
  return [
    ...pageRoutes(guides, version),
    demoTokenRoute(settings),
    startRoute(settings, (request) => operators().perform(request)),
    iceRoute(settings, hostedIce),
    ...healthRoutes(health),
  ];
};
