// The options that put protocols behind tokens which do not ask for them by themselves.

import * as tokens from "../auth/options.ts";
import { type Check, list, type Option, oneOf, type Settings } from "../options/option.ts";
import type { Protocol } from "../protocols/protocol.ts";
import { protocols } from "../protocols/protocols.ts";

const option = <Value>(declared: Option<Value>): Option<Value> => declared;

const auth = option({
  name: "auth",
  isReloaded: true,
  placeholder: "none|required",
  schema: oneOf(["none", "required"]),
  default: "none",
  help: "whether the protocols that are open to everybody need a token, too: none or required; rooms always need one",
});

const openProtocols = protocols.filter((each) => each.asksForTokens !== true);
const openNames = openProtocols.map(({ name }) => name);

const authProtocols = option<readonly string[] | undefined>({
  name: "auth-protocols",
  isReloaded: true,
  isList: true,
  placeholder: "names",
  schema: list(
    (name) => openNames.includes(name),
    `must be some of ${openNames.join(", ")}, with commas between them`,
  ),
  default: undefined,
  help: `which of them need a token if --auth is required, comma-separated: ${openNames.join(", ")}; all of them if unset`,
});

export const options: readonly Option<unknown>[] = [auth, authProtocols];

export const checks: readonly Check[] = [
  {
    of: [auth, ...tokens.keyOptions],
    problems: (settings) =>
      settings(auth) === "none" || tokens.hasKey(settings)
        ? []
        : ["--auth required needs a key: JWT_SECRET, JWT_PUBLIC_KEY_FILE or JWKS_URL"],
  },
  {
    of: [auth, authProtocols],
    problems: (settings) =>
      settings(auth) === "none" && settings(authProtocols) !== undefined
        ? ["--auth-protocols needs --auth required: otherwise nobody is asked for a token"]
        : [],
  },
];

/** The protocols that anybody may use, without a token. */
export const openProtocolsOf = (settings: Settings): readonly Protocol[] =>
  openProtocols.filter(({ name }) => !wantsTokens(settings, name));

/** Whether the operator requires tokens for a protocol that does not ask for them by itself. */
export const wantsTokens = (settings: Settings, protocol: string): boolean =>
  settings(auth) === "required" &&
  openNames.includes(protocol) &&
  (settings(authProtocols)?.includes(protocol) ?? true);
