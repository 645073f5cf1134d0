// The flags that every command has, and the flags of one letter.

import { boolean, type Option, type OptionGroup } from "../options/option.ts";

const flag = (name: string, text: string): Option<boolean> => ({
  name,
  placeholder: "boolean",
  schema: boolean(),
  default: false,
  help: text,
});

export const helpFlag = flag("help", "print this help");
export const versionFlag = flag("version", "print the version");

export const commonOptions: OptionGroup = {
  name: "common",
  title: "Every command",
  options: [helpFlag, versionFlag],
  isFlagsOnly: true,
};

/** Flags of one letter, and the options that they stand for. */
export const shortFlags: Readonly<Record<string, string>> = { h: "help", p: "port", v: "version" };
