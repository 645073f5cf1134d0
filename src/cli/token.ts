// `signalbox token`: makes a token for trying out, or explains one.

import { checks, options as keyAndClaims } from "../auth/options.ts";
import { configFile } from "../options/config-file.ts";
import { boolean, type Option, type OptionGroup } from "../options/option.ts";
import type { Command } from "./command.ts";
import { UsageError } from "./exit.ts";
import { explainToken } from "./explain-token.ts";
import { makeToken, tokenFlags } from "./make-token.ts";
import { print } from "./print.ts";

const verify: Option<boolean> = {
  name: "verify",
  placeholder: "boolean",
  schema: boolean(),
  default: false,
  help: "explain a token, or say why it is refused; without an argument it is read from standard input",
};

const groups: readonly OptionGroup[] = [
  // The environment does not set these: NAME and the like belong to other programs there.
  { name: "token", title: "Options", options: [...tokenFlags, verify], isFlagsOnly: true },
  { name: "key", title: "As the server has it", options: [configFile, ...keyAndClaims] },
];

export const token: Command = {
  name: "token",
  summary: "make a token for trying out, or explain one with --verify",
  groups,
  checks,
  words: { usage: "[token]", known: [], takes: () => true },
  async run({ settings, words }) {
    const [given, ...others] = words;
    // A word may be a token. Never repeat it.
    if (others.length > 0) throw new UsageError(["one token at a time"]);
    if (settings(verify))
      return print(await explainToken(settings, given ?? (await Bun.stdin.text()).trim()));
    if (given !== undefined) throw new UsageError(["a token on the command line needs --verify"]);
    print(await makeToken(settings));
  },
};
