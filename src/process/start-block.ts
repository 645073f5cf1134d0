// What the log says once the server listens: the addresses of everything that is served, and what cannot be
// used with these settings.

import { hasKey } from "../auth/options.ts";
import type { Log } from "../observe/log.ts";
import type { Settings } from "../options/option.ts";
import { protocols } from "../protocols/protocols.ts";
import { addressesOf, originOf } from "../server/http/addresses.ts";

const noKey = "no JWT key configured: everything that needs a token is refused";

/** One line: fields for machines; on a terminal a block for people. */
export function logStart(log: Log, settings: Settings, version: string, url: URL): void {
  const origin = originOf(url);
  const addresses = addressesOf(origin, protocols);
  const title = `signalbox ${version} listens at ${origin}`;
  // Whatever the log level is: with port 0 there is no other way to learn the address.
  const always = log.child({}, { level: "info" });
  const tokens = hasKey(settings) ? {} : { tokens: noKey };
  if (!process.stdout.isTTY) return always.info({ serves: addresses, ...tokens }, title);
  const rows = Object.entries({ ...addresses, ...tokens });
  always.info(title + rows.map(([what, at]) => `\n    ${what.padEnd(12)} ${at}`).join(""));
}
