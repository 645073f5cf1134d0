// What the log says once the server listens: where what is served, and what nobody can use yet.

import type { Log } from "../observe/log.ts";
import type { Guide } from "../protocols/protocol.ts";
import { addressesOf, originOf } from "../server/http/addresses.ts";

/** What there is to say. */
export interface Listening {
  readonly version: string;
  readonly url: URL;
  readonly protocols: readonly { readonly name: string; readonly guide: Guide }[];
  /** Whether a token can be verified. */
  readonly hasKey: boolean;
}

const noKey = "no JWT key configured: whatever wants a token is refused";

/** One line: fields for machines, text for people. */
export function logListening(log: Log, isTerminal: boolean, listening: Listening): void {
  const { version, url, protocols, hasKey } = listening;
  const origin = originOf(url);
  const addresses = addressesOf(origin, protocols);
  const title = `signalbox ${version} listens at ${origin}`;
  // At whichever level: with port 0 there is no other way to learn the address.
  const always = log.child({}, { level: "info" });
  const tokens = hasKey ? {} : { tokens: noKey };
  if (!isTerminal) return always.info({ serves: addresses, ...tokens }, title);
  const rows = Object.entries({ ...addresses, ...tokens });
  always.info(title + rows.map(([what, at]) => `\n    ${what.padEnd(12)} ${at}`).join(""));
}
