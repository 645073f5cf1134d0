// A server that is one process.

import type { Settings } from "../options/option.ts";
import { port } from "../server/options.ts";
import { beginProcess } from "./lifecycle.ts";
import { listen } from "./listen.ts";
import { logStart } from "./start-block.ts";

/** @throws {ExitError} why the address cannot be listened on */
export function serve(settings: Settings, version: string): void {
  const { log, stopBy } = beginProcess(settings);
  // Before listening: whoever reads the line that says so may send a signal at once.
  stopBy("closing all connections", () => server.drain());
  const server = listen(settings, log, version, { port: settings(port), isShared: false });
  logStart(log, settings, version, server.url);
}
