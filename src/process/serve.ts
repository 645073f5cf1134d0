// A server that is one process.

import type { ApiRequest } from "../operator/api/api.ts";
import type { Settings } from "../options/option.ts";
import { port } from "../server/options.ts";
import type { SignalServer } from "../server/server.ts";
import { certificateOf } from "../server/tls/options.ts";
import { beginProcess } from "./lifecycle.ts";
import { listen } from "./listen.ts";
import { openOperatorPort } from "./operator-port.ts";
import { logStart } from "./start-block.ts";

/** @throws {ExitError} why it cannot listen */
export async function serve(settings: Settings, version: string): Promise<void> {
  const { log, stopBy } = beginProcess(settings);
  let server: SignalServer | undefined;
  // Before listening: whoever reads the line that says so may send a signal at once.
  stopBy("closing all connections", async () => server?.drain());
  const certificate = certificateOf(settings);
  const options = { port: settings(port), isShared: false, certificate };
  server = await listen(settings, log, version, options);
  const { url, operators: asked } = server;
  const samples = async () => [asked.samples("main")];
  const source = { samples, perform: (request: ApiRequest) => asked.perform(request) };
  const operators = await openOperatorPort(settings, url, source, log);
  logStart(log, settings, version, { url, operators: operators?.url, certificate });
}
