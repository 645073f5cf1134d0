// `signalbox version`, which is the same as `--version`.

import { version as number } from "../../package.json";
import type { Command } from "./command.ts";
import { print } from "./print.ts";

export const versionText = `signalbox ${number}`;

export const version: Command = {
  name: "version",
  summary: "print the version",
  groups: [],
  run: () => print(versionText),
};
