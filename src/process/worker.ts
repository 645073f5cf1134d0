// One of several processes of a server: it listens where its parent says, and stops when its parent is gone.

import type { Settings } from "../options/option.ts";
import type { SignalServer } from "../server/server.ts";
import { ExitError, exitCodes, exitWith } from "./exit.ts";
import { beginProcess } from "./lifecycle.ts";
import { listen } from "./listen.ts";
import type { FromWorker, ListenOrder, ToWorker } from "./worker-messages.ts";

export function serveAsWorker(settings: Settings, version: string): void {
  const { log, stopBy } = beginProcess(settings, process.pid);
  let server: SignalServer | undefined;
  const stop = stopBy("closing all connections", async () => server?.drain());
  process.on("disconnect", () => stop("SIGTERM"));
  const begin = async ({ port, certificate }: ListenOrder): Promise<void> => {
    try {
      server = await listen(settings, log, version, { port, isShared: true, certificate });
      tell({ type: "ready", url: server.url.href });
    } catch (error) {
      if (!(error instanceof ExitError)) throw error;
      exitWith(exitCodes.failure, [`signalbox: ${error.message}`]);
    }
  };
  process.on("message", (message: ToWorker) =>
    message.type === "listen" ? begin(message) : tell({ type: "alive" }),
  );
}

const tell = (message: FromWorker): void => void process.send?.(message);
