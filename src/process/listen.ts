// Listens, or says in one line why that is not possible.

import type { Log } from "../observe/log.ts";
import type { Settings } from "../options/option.ts";
import { host } from "../server/options.ts";
import { RouteCollision } from "../server/router.ts";
import { type ListenOptions, SignalServer } from "../server/server.ts";
import { ExitError } from "./exit.ts";

/** @throws {ExitError} why the address cannot be listened on */
export function listen(
  settings: Settings,
  log: Log,
  version: string,
  options: ListenOptions,
): SignalServer {
  try {
    return new SignalServer(settings, log, version, options);
  } catch (error) {
    if (error instanceof RouteCollision)
      throw new ExitError(`${error.message}; see --peerjs-path and --peerjs-key`);
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE")
      throw new ExitError(
        `port ${options.port} is in use; choose another with --port, 0 takes a free one`,
      );
    throw new ExitError(
      `cannot listen on ${settings(host)}, port ${options.port}: ${String(error)}`,
    );
  }
}
