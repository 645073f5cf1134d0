// A server that is one process.

import type { ApiRequest } from "../operator/api/api.ts";
import type { OperatorPort } from "../server/operator-port.ts";
import { port } from "../server/options.ts";
import type { SignalServer } from "../server/server.ts";
import { certificateOf } from "../server/tls/options.ts";
import { beginProcess } from "./lifecycle.ts";
import { listen } from "./listen.ts";
import { openOperatorPort } from "./operator-port.ts";
import { Reload, type SettingsSource } from "./reload.ts";
import { logStart } from "./start-block.ts";

/** @throws {ExitError} why it cannot listen */
export async function serve(source: SettingsSource, version: string): Promise<void> {
  const { log, setLevel, tellManager, stopBy, on } = beginProcess(source.first);
  const reload = new Reload(source, log, setLevel);
  const { settings } = reload;
  let server: SignalServer | undefined;
  // Before listening: whoever reads the line that says so may send a signal at once.
  const stop = stopBy("closing all connections", async () => server?.drain());
  let operators: OperatorPort | undefined;
  on("SIGHUP", () =>
    reload.run(() => {
      server?.reload(reload.certificate);
      operators?.reload();
    }),
  );
  const certificate = certificateOf(settings);
  const options = { port: settings(port), isShared: false, certificate };
  server = await listen(settings, log, version, options);
  const { url, operators: asked } = server;
  asked.onDrain(() => void stop("operator"));
  const samples = async () => [asked.samples("main")];
  const figures = { samples, perform: (request: ApiRequest) => asked.perform(request) };
  operators = await openOperatorPort(settings, url, figures, log);
  logStart(log, settings, version, { url, operators: operators?.url, certificate });
  tellManager("READY=1", `listens at ${url.origin}`);
}
