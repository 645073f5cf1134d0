// Opens the operators' port: where it was set, or else 1000 above the public port or at the next free one.

import type { Log } from "../observe/log.ts";
import { adminHost, adminPort } from "../operator/options.ts";
import type { OperatorSource } from "../operator/source.ts";
import type { Settings } from "../options/option.ts";
import { OperatorPort } from "../server/operator-port.ts";
import { ExitError } from "./exit.ts";
import { problemOf } from "./listen.ts";

/** Between the public port and this one, where it is not set. */
const distance = 1000;

/** How many ports are tried then. */
const tries = 100;

const lastPort = 65_535;

/**
 * @param publicUrl where the public port listens
 * @returns nothing if it is turned off, or if no default port can be listened on, which is logged
 * @throws {ExitError} why it cannot listen at the port that was set
 */
export async function openOperatorPort(
  settings: Settings,
  publicUrl: URL,
  source: OperatorSource,
  log: Log,
): Promise<OperatorPort | undefined> {
  const set = settings(adminPort);
  if (set === 0) return undefined;
  const ports = set === undefined ? defaultPorts(portOf(publicUrl)) : [set];
  let failure: unknown;
  for (const port of ports)
    try {
      return new OperatorPort(settings, port, source, log);
    } catch (error) {
      failure = error;
    }
  const at = { port: ports[0] ?? 0, isShared: false };
  const names = { host: "--admin-host", port: "--admin-port" };
  const problem = await problemOf(settings(adminHost), at, failure, names);
  if (set !== undefined) throw new ExitError(problem);
  log.warn({ problem }, "there is no operators' port");
  return undefined;
}

/** URLs leave out the ports that are usual. */
const portOf = ({ port, protocol }: URL): number =>
  port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);

/** The last resort is any free one. */
const defaultPorts = (publicPort: number): readonly number[] => {
  const first = publicPort + distance;
  const next = Array.from({ length: tries }, (_, index) => first + index);
  return [...next.filter((port) => port <= lastPort), 0];
};
