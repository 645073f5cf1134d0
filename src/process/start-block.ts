// What the log says once the server listens: the addresses of everything that is served, and what cannot be
// used with these settings.

import { dev } from "../auth/dev-key.ts";
import { hasKey } from "../auth/options.ts";
import type { Log } from "../observe/log.ts";
import type { Settings } from "../options/option.ts";
import { protocols } from "../protocols/protocols.ts";
import { allowedOrigins } from "../server/admission-options.ts";
import { addressesOf, originOf } from "../server/http/addresses.ts";
import { tlsSelfSigned } from "../server/tls/options.ts";
import {
  dateProblem,
  fingerprintOf,
  type ServerCertificate,
} from "../server/tls/server-certificate.ts";
import { openProtocolsOf } from "../server/token-gate-options.ts";

const noKey = "no JWT key configured: everything that needs a token is refused";

const devNote = (origin: string): string =>
  `${origin}/demo/room is open to this machine; the key for its tokens is random, and ends with this process`;

/** What anybody may use who reaches this server. */
function openTo(settings: Settings): string {
  const open = openProtocolsOf(settings).map(({ name }) => name);
  const pages = settings(allowedOrigins).includes("*") ? "any page" : "pages of --allowed-origins";
  return open.length === 0
    ? `nothing without a token; ${pages} may ask`
    : `${open.join(", ")}: to everybody, without a token, from ${pages}`;
}

/** Where a server listens, and how. */
interface Served {
  readonly url: URL;
  /** The operators' port, if there is one. */
  readonly operators: URL | undefined;
  readonly certificate: ServerCertificate | undefined;
}

/** One line: fields for machines; on a terminal a block for people. Then, whether the certificate is good for clients. */
export function logStart(
  log: Log,
  settings: Settings,
  version: string,
  { url, operators, certificate }: Served,
): void {
  const origin = originOf(url);
  const addresses = addressesOf(origin, protocols);
  const title = `signalbox ${version} listens at ${origin}`;
  // Whatever the log level is: with port 0 there is no other way to learn the address.
  const always = log.child({}, { level: "info" });
  const notes = {
    ...(operators === undefined ? {} : { operators: originOf(operators) }),
    ...(hasKey(settings) ? {} : { tokens: noKey }),
    ...(settings(dev) ? { dev: devNote(origin) } : {}),
    open: openTo(settings),
    ...(certificate === undefined ? {} : { certificate: shown(certificate, settings) }),
  };
  const rows = Object.entries({ ...addresses, ...notes });
  if (process.stdout.isTTY)
    always.info(title + rows.map(([what, at]) => `\n    ${what.padEnd(12)} ${at}`).join(""));
  else always.info({ serves: addresses, ...notes }, title);
  const problem = certificate === undefined ? undefined : dateProblem(certificate);
  if (problem !== undefined) log.warn(problem);
}

const shown = (certificate: ServerCertificate, settings: Settings): string =>
  `${settings(tlsSelfSigned) ? "self-signed, " : ""}SHA-256 ${fingerprintOf(certificate)}`;
