// `signalbox config`: the settings that are in force and where each comes from, or a file with all defaults, both as
// configuration files.

import { version } from "../../package.json";
import { tablesOf } from "../options/config-file.ts";
import {
  boolean,
  isSwitch,
  type Option,
  type OptionGroup,
  type Settings,
} from "../options/option.ts";
import type { Sources } from "../options/settings.ts";
import { literal } from "../options/toml.ts";
import type { Command } from "./command.ts";
import { print } from "./print.ts";
import { checks, groups } from "./serve-options.ts";
import { wrap } from "./wrap.ts";

const isDefault: Option<boolean> = {
  name: "default",
  placeholder: "boolean",
  schema: boolean(),
  default: false,
  help: "print a configuration file with every option, its explanation and its default",
};

const own: OptionGroup = {
  name: "config",
  title: "Options",
  options: [isDefault],
  isFlagsOnly: true,
};

export const config: Command = {
  name: "config",
  summary: "print the settings that are in force, and where each comes from; secrets are hidden",
  groups: [own, ...groups],
  checks,
  run: ({ settings, sources }) =>
    print(settings(isDefault) ? defaultFile() : inForce(settings, sources)),
};

const tables = tablesOf(groups);

/** Columns of a line of a comment. */
const width = 100;

const header = `signalbox ${version}: every option with its default. Flags win over environment variables, those over
this file, and this file over defaults. Take the # off a line to set an option; what is in <> has no default.`;

function defaultFile(): string {
  const parts = tables.map(({ name, options }) =>
    [`[${name}]`, ...options.map((option) => defaultEntry(option))].join("\n\n"),
  );
  return [...header.split("\n").map((line) => `# ${line}`), "", parts.join("\n\n")].join("\n");
}

function defaultEntry(option: Option<unknown>): string {
  const reloaded = option.isReloaded === true ? " (SIGHUP reloads it)" : "";
  const comment = wrap(option.help + reloaded, width - 2).map((line) => `# ${line}`);
  const standard = shownValue(option, option.default) ?? emptyValueOf(option);
  return [...comment, `#${option.name} = ${standard}`].join("\n");
}

function emptyValueOf({ placeholder, isList }: Option<unknown>): string {
  const empty = `<${placeholder}>`;
  return literal(isList === true ? [empty] : empty);
}

function inForce(settings: Settings, sources: Sources): string {
  const parts = tables.map(({ name, options }) =>
    [
      `[${name}]`,
      ...options.flatMap((option) => entryInForce(option, settings, sources, options)),
    ].join("\n"),
  );
  return parts.join("\n\n");
}

function entryInForce(
  option: Option<unknown>,
  settings: Settings,
  sources: Sources,
  others: readonly Option<unknown>[],
): readonly string[] {
  const source = sources(option);
  const from = source === undefined ? "default" : placeOf(source.name);
  if (option.isSecret === true && source !== undefined) {
    const holder = others.find(({ fileOf }) => fileOf === option);
    // The line of the option that names the file says it.
    const isHeld = holder !== undefined && sources(holder)?.name === source.name;
    return isHeld ? [] : [`# ${option.name} is a secret, set by ${from}`];
  }
  const value =
    source === undefined
      ? shownValue(option, option.default)
      : givenValue(option, settings(option), source.text);
  return [
    value === undefined ? `# ${option.name} is not set` : `${option.name} = ${value} # ${from}`,
  ];
}

/** The text as it was given, unless it is a number or the like: what was read may be the text of a file. */
function givenValue({ isList }: Option<unknown>, value: unknown, text: string): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return literal(isList === true ? text.split(",").map((item) => item.trim()) : text);
}

/** Without the name of the option, which stands before it. */
const placeOf = (source: string): string => source.replace(/: [a-z-]+$/, "");

/** @returns `undefined` if there is no value */
function shownValue(option: Option<unknown>, value: unknown): string | undefined {
  if (Array.isArray(value)) return value.length === 0 ? undefined : literal(value);
  if (typeof value === "number" || isSwitch(option)) return String(value);
  return typeof value === "string" ? literal(value) : undefined;
}
