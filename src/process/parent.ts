// A server that is several processes, each a node. This one starts, replaces and stops the others, and serves
// nobody itself.

import type { OperatorPort } from "../server/operator-port.ts";
import { port, workers as workerCount } from "../server/options.ts";
import { certificateOf } from "../server/tls/options.ts";
import { ExitError } from "./exit.ts";
import { beginProcess } from "./lifecycle.ts";
import { openOperatorPort } from "./operator-port.ts";
import { Reload, type SettingsSource } from "./reload.ts";
import { logStart } from "./start-block.ts";
import { Workers } from "./workers.ts";

/**
 * @param command starts a worker with these settings
 * @throws {ExitError} why the workers cannot start
 */
export async function serveByWorkers(
  source: SettingsSource,
  version: string,
  command: readonly string[],
): Promise<void> {
  const { log, setLevel, tellManager, stopBy, on } = beginProcess(source.first);
  const reload = new Reload(source, log, setLevel);
  const { settings } = reload;
  const [count, at] = [settings(workerCount), settings(port)];
  const certificate = certificateOf(settings);
  const workers = new Workers({ command, count, port: at, certificate, log });
  stopBy("stopping all workers", (signal) => workers.stop(signal));
  let operators: OperatorPort | undefined;
  on("SIGHUP", () =>
    reload.run(() => {
      workers.reload(reload.certificate);
      operators?.reload();
    }),
  );
  on("SIGUSR2", () => {
    log.info("replacing all workers, one after another");
    workers.replace().then(
      () => log.info("all workers are replaced"),
      ({ message }: Error) => log.error(`not all workers are replaced: ${message}`),
    );
  });
  const url = await workers.start().catch(async ({ message }: Error) => {
    await workers.stop("SIGTERM");
    throw new ExitError(message);
  });
  operators = await openOperatorPort(settings, url, workers, log);
  logStart(log, settings, version, { url, operators: operators?.url, certificate });
  tellManager("READY=1", `listens at ${url.origin}`);
}
