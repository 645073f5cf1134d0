// --dev: a key that this process makes for itself, for trying out what needs tokens.

import { boolean, type Option } from "../options/option.ts";

export const dev: Option<boolean> = {
  name: "dev",
  // Many environments have a DEV of their own.
  variable: "SIGNALBOX_DEV",
  placeholder: "boolean",
  schema: boolean(),
  default: false,
  help: "for trying out: sign tokens with a random key that ends with this process, and give one to each tab of /demo/room on this machine",
};

export const devKey: Uint8Array = crypto.getRandomValues(new Uint8Array(32));
