// Whether a server starts with some settings: one is started on a free port, alone, and stopped at once.

import { clusterOptions } from "../cluster/options.ts";
import { openLog } from "../observe/log.ts";
import type { Settings } from "../options/option.ts";
import { certificateOf } from "../server/tls/options.ts";
import { listen } from "./listen.ts";

/** @throws {ExitError} in one line, why it does not start */
export async function tryStart(settings: Settings, version: string): Promise<void> {
  const alone: Settings = (option) =>
    clusterOptions.includes(option) ? option.default : settings(option);
  const { log } = openLog("silent", false);
  const certificate = certificateOf(settings);
  const server = await listen(alone, log, version, { port: 0, isShared: false, certificate });
  await server.drain();
}
