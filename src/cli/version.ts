// `signalbox version`: which signalbox this is, and how it was built.

import { version as number } from "../../package.json";
import { boolean, type Option } from "../options/option.ts";
import type { Command } from "./command.ts";
import { print } from "./print.ts";

/** What the Makefile defines when it builds the executable; not declared when Bun runs the source. */
declare const BUILD_COMMIT: string | undefined;
declare const BUILD_TIME: string | undefined;

export const versionText = `signalbox ${number}`;

const json: Option<boolean> = {
  name: "json",
  placeholder: "boolean",
  schema: boolean(),
  default: false,
  help: "print version, commit, time of the build, Bun and platform as one JSON object",
};

/** `commit` and `built` are null where `make` has not built the executable, and `commit` where there is no git. */
const build = {
  version: number,
  commit: typeof BUILD_COMMIT === "string" && BUILD_COMMIT !== "" ? BUILD_COMMIT : null,
  built: typeof BUILD_TIME === "string" ? BUILD_TIME : null,
  bun: Bun.version,
  platform: `${process.platform}-${process.arch}`,
};

export const version: Command = {
  name: "version",
  summary: "print the version; with --json, also how the executable was built",
  groups: [{ name: "version", title: "Options", options: [json], isFlagsOnly: true }],
  run: ({ settings }) => print(settings(json) ? JSON.stringify(build) : versionText),
};
