// `signalbox man`: the manual page, made from the commands and their options.

import { description, version } from "../../package.json";
import type { OptionGroup } from "../options/option.ts";
import type { Command } from "./command.ts";
import { commonOptions } from "./common-options.ts";
import { optionRow } from "./help-text.ts";
import { print } from "./print.ts";

/** @param all gives all commands, this one among them */
export const man = (all: () => readonly Command[]): Command => ({
  name: "man",
  summary: "print the manual page, for man -l and packages",
  groups: [],
  run: () => print(manPage(all().filter(({ isHidden }) => isHidden !== true))),
});

const manPage = (commands: readonly Command[]): string =>
  [
    `.TH SIGNALBOX 1 "" "signalbox ${version}"`,
    ".SH NAME",
    `signalbox \\- ${escaped(description)}`,
    ".SH SYNOPSIS",
    ".B signalbox",
    "[command] [options]",
    ".SH DESCRIPTION",
    escaped(
      "Without a command it starts the server. Flags win over environment variables, those over the configuration file, " +
        "and that over defaults. A switch may stand alone for true.",
    ),
    ".SH COMMANDS",
    ...commands.flatMap(({ name, words, summary }) =>
      item(`${name} ${words?.usage ?? ""}`.trimEnd(), summary),
    ),
    ...commands.flatMap(optionsOf),
    ".SH OPTIONS OF EVERY COMMAND",
    ...rows(commonOptions),
    ".SH SIGNALS",
    ...item("SIGTERM, SIGINT", "close all connections and end; a second signal ends at once"),
    ...item("SIGHUP", "read the settings again; no connection is lost"),
    ...item("SIGUSR2", "replace all workers, one after another"),
    ".SH SEE ALSO",
    "The server has its documents at /docs.",
  ].join("\n");

/** A section for the command's options; the server's tables are explained with the server alone. */
function optionsOf({ name, groups, isDefault }: Command): readonly string[] {
  const own = groups.filter(({ isFlagsOnly }) => isDefault === true || isFlagsOnly);
  const shown = own.length > 0 ? own : groups;
  if (shown.length === 0) return [];
  const title = isDefault === true ? "OPTIONS" : `OPTIONS OF ${name.toUpperCase()}`;
  const others = own.length > 0 && own.length < groups.length ? [".PP", takesServers] : [];
  return [
    `.SH ${title}`,
    ...shown.flatMap((group) => [`.SS ${escaped(group.title)}`, ...rows(group)]),
    ...others,
  ];
}

const takesServers = "It also takes options of the server, which its help lists.";

const rows = ({ options, isFlagsOnly }: OptionGroup): readonly string[] =>
  options.flatMap((option) => item(...optionRow(option, isFlagsOnly === true)));

const item = (term: string, text: string): readonly string[] => [
  ".TP",
  `.B ${escaped(term)}`,
  escaped(text),
];

/** For roff: a dash would become a hyphen, and a dot or quote at the beginning of a line a request. */
const escaped = (text: string): string =>
  text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replace(/^[.']/, "\\&$&");
