// Keeps the ICE servers of a hosted service fresh for as long as the server runs.

import type { Clock } from "../core/clock.ts";
import { HostedServers } from "../ice/hosted.ts";
import { iceUrl, iceUrlKey } from "../ice/hosted-options.ts";
import { turnTtl } from "../ice/options.ts";
import type { Log } from "../observe/log.ts";
import type { Settings } from "../options/option.ts";

/** @returns `undefined` if no service is set */
export function hostedIceOf(settings: Settings, clock: Clock, log: Log): HostedServers | undefined {
  const url = settings(iceUrl);
  if (url === undefined) return undefined;
  const hosted = new HostedServers({
    url,
    key: settings(iceUrlKey),
    ttl: settings(turnTtl),
    failed: (problem) => log.warn({ host: url.host, problem }, "no ICE servers from ICE_URL"),
  });
  void hosted.renew();
  clock.everyStep(() => void hosted.renew());
  return hosted;
}
