// Listens, or finds out by trying why that is not possible. What Bun reports cannot be trusted: for a host that
// does not resolve it repeats the error of an earlier call.

import { lookup } from "node:dns/promises";
import { createServer, isIP } from "node:net";
import type { Log } from "../observe/log.ts";
import type { Settings } from "../options/option.ts";
import { host } from "../server/options.ts";
import { RouteCollision } from "../server/router.ts";
import { type ListenOptions, SignalServer } from "../server/server.ts";
import { ExitError } from "./exit.ts";

/** Ports below are for root alone, on most machines. */
const firstFreePort = 1024;

/** @throws {ExitError} in one line, why it cannot listen there */
export async function listen(
  settings: Settings,
  log: Log,
  version: string,
  options: ListenOptions,
): Promise<SignalServer> {
  // With TLS, Bun shares the port with other servers of the same user.
  const isTaken =
    options.certificate !== undefined &&
    !options.isShared &&
    (await failureAt(settings(host), options)) === "EADDRINUSE";
  if (isTaken) throw new ExitError(await problemOf(settings(host), options, undefined));
  try {
    return new SignalServer(settings, log, version, options);
  } catch (error) {
    if (error instanceof RouteCollision)
      throw new ExitError(`${error.message}; see --peerjs-path, --peerjs-key and --matchbox-path`);
    throw new ExitError(await problemOf(settings(host), options, error));
  }
}

/** The options that say where to listen. */
interface OptionNames {
  readonly host: string;
  readonly port: string;
}

const publicNames: OptionNames = { host: "--host", port: "--port" };

/** Why it cannot listen there, in one line. */
export async function problemOf(
  hostname: string,
  options: ListenOptions,
  error: unknown,
  names: OptionNames = publicNames,
): Promise<string> {
  const { port } = options;
  // The operators' port is turned off by 0.
  const ofAny = names === publicNames ? ", 0 takes a free one" : "";
  const address = await addressOf(hostname);
  const failure =
    address === undefined
      ? "ENOTFOUND"
      : ((await failureAt(address, { ...options, port: 0 })) ??
        (await failureAt(address, options)));
  switch (failure) {
    case "ENOTFOUND":
      return `cannot listen on ${hostname}: no address is known for that name; ${names.host} takes a name or an address of this machine`;
    case "EADDRNOTAVAIL": {
      const found = isIP(hostname) === 0 ? ` (it is ${address})` : "";
      return `cannot listen on ${hostname}: this machine does not have that address${found}; use one that it has, or 0.0.0.0 for all`;
    }
    case "EADDRINUSE":
      return `port ${port} is in use; choose another with ${names.port}${ofAny}`;
    case "EACCES": {
      const rights =
        port < firstFreePort
          ? "ports below 1024 need root or CAP_NET_BIND_SERVICE"
          : "the system reserves it";
      return `no permission to listen on port ${port}: ${rights}; choose another with ${names.port}`;
    }
    default:
      return `cannot listen on ${hostname}, port ${port}: ${failure ?? error}`;
  }
}

async function addressOf(hostname: string): Promise<string | undefined> {
  try {
    return (await lookup(hostname)).address;
  } catch {
    return undefined;
  }
}

/** @returns the system's code for why it cannot listen there; nothing if it can */
function failureAt(host: string, { port, isShared }: ListenOptions): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const probe = createServer();
  probe.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  probe.listen({ host, port, reusePort: isShared }, () => probe.close(() => resolve(undefined)));
  return promise;
}
