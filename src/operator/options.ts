// The options of the operators' port.

import * as v from "valibot";
import { type Check, fileWith, integer, type Option, text } from "../options/option.ts";

const option = <Value>(declared: Option<Value>): Option<Value> => declared;

export const adminPort = option<number | undefined>({
  name: "admin-port",
  placeholder: "number",
  schema: integer(0, 65_535),
  default: undefined,
  help: "TCP port of the operators' half: metrics and the admin API; if unset, --port plus 1000, or the next free one; 0 for none",
});

export const adminHost = option({
  name: "admin-host",
  placeholder: "address",
  schema: text(),
  default: "127.0.0.1",
  help: "name or IP address of this port; one that other machines can reach needs ADMIN_TOKEN",
});

/** A token that can be guessed is no token. */
const minTokenBytes = 16;

const isLong = (given: string): boolean => Buffer.byteLength(given) >= minTokenBytes;

export const adminToken = option<string | undefined>({
  name: "admin-token",
  isReloaded: true,
  placeholder: "secret",
  schema: v.pipe(v.string(), v.check(isLong, `must be at least ${minTokenBytes} bytes long`)),
  default: undefined,
  help: "secret that everything on this port asks for, at least 16 bytes; if unset, this machine may read and nobody may act; other users of the machine can see flags, so prefer the variable",
  isSecret: true,
});

/** In the order in which the help shows them. */
export const operatorOptions: readonly Option<unknown>[] = [
  adminPort,
  adminHost,
  adminToken,
  fileWith(adminToken),
];

/** Whether only this machine can reach a host. */
export const isLoopback = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){1,3}|\[?::1\]?|\[?::ffff:127\.[\d.]+\]?)$/i.test(host);

export const operatorChecks: readonly Check[] = [
  {
    of: [adminPort, adminHost, adminToken],
    problems: (settings) =>
      settings(adminPort) === 0 ||
      isLoopback(settings(adminHost)) ||
      settings(adminToken) !== undefined
        ? []
        : [
            "--admin-host can be reached from other machines, so it needs ADMIN_TOKEN or ADMIN_TOKEN_FILE",
          ],
  },
];
