// `signalbox bench`, and the hidden command that starts the yardstick, which it compares servers with.

import { bench as measure } from "../bench/bench.ts";
import { benchFlags, benchOptions } from "../bench/flags.ts";
import { modeNames } from "../bench/options.ts";
import { serveYardstick } from "../bench/yardstick.ts";
import { boolean, integer, type Option, type OptionGroup } from "../options/option.ts";
import type { Command } from "./command.ts";
import { print } from "./print.ts";
import { self } from "./self.ts";

const json: Option<boolean> = {
  name: "json",
  placeholder: "boolean",
  schema: boolean(),
  default: false,
  help: "report one JSON object instead of tables",
};

const groups: readonly OptionGroup[] = [
  { name: "bench", title: "Options", options: [...benchFlags, json], isFlagsOnly: true },
];

export const bench: Command = {
  name: "bench",
  summary: "measure a server: how much it relays, how fast, and what a connection costs",
  groups,
  words: {
    usage: "[mode...]",
    known: modeNames,
    takes: (word) => modeNames.some((mode) => mode === word),
  },
  async run({ settings, words }) {
    const interrupt = new AbortController();
    process.on("SIGINT", () => interrupt.abort());
    process.on("SIGTERM", () => interrupt.abort());
    const isLive = process.stderr.isTTY;
    const modes = modeNames.filter((mode) => words.includes(mode));
    await measure(benchOptions(settings, modes, settings(json)), {
      command: self,
      signal: interrupt.signal,
      write: (text) => process.stdout.write(text),
      progress: (line) => process.stderr.write(isLive ? `\r\x1b[K${line}` : `${line}\n`),
    });
  },
};

const port: Option<number> = {
  name: "port",
  placeholder: "number",
  schema: integer(0, 65_535),
  default: 0,
  help: "TCP port to listen on; 0 takes a free one",
};

export const yardstick: Command = {
  name: "yardstick",
  summary: "serve the barest relay that the runtime allows",
  groups: [{ name: "yardstick", title: "Options", options: [port], isFlagsOnly: true }],
  isHidden: true,
  run: ({ settings }) =>
    print(`yardstick listens at http://127.0.0.1:${serveYardstick(settings(port)).port}`),
};
