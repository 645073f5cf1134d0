// `signalbox bench`, and the hidden commands that it starts: the yardstick, which it compares servers with, and the
// flooder, which attacks them.

import { type BenchIo, bench as measure } from "../bench/bench.ts";
import { benchFlags, benchOptions, resumeProblems, topicSizeProblems } from "../bench/flags.ts";
import { floodFlags, floodOptions, floodProblems, hasAttacks } from "../bench/flood/flags.ts";
import { flood } from "../bench/flood/flood.ts";
import { flooder as attack } from "../bench/flood/flooder.ts";
import { modeNames } from "../bench/options.ts";
import { startProblems } from "../bench/server-flags.ts";
import { serveYardstick } from "../bench/yardstick.ts";
import {
  boolean,
  integer,
  type Option,
  type OptionGroup,
  type Settings,
} from "../options/option.ts";
import type { Command } from "./command.ts";
import { UsageError } from "./exit.ts";
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
  {
    name: "bench",
    title: "Options",
    options: [...benchFlags, ...floodFlags, json],
    isFlagsOnly: true,
  },
];

const floodWord = "flood";
const known = [...modeNames, floodWord];

export const bench: Command = {
  name: "bench",
  summary:
    "measure a server: how much it relays, how fast, what a connection costs, and what a flood does to it",
  groups,
  words: {
    usage: "[mode...]",
    known,
    takes: (word) => known.includes(word),
  },
  async run({ settings, words }) {
    const interrupt = new AbortController();
    process.on("SIGINT", () => interrupt.abort());
    process.on("SIGTERM", () => interrupt.abort());
    const isLive = process.stderr.isTTY;
    const io: BenchIo = {
      command: self,
      signal: interrupt.signal,
      write: (text) => process.stdout.write(text),
      progress: (line) => process.stderr.write(isLive ? `\r\x1b[K${line}` : `${line}\n`),
    };
    if (words.includes(floodWord)) return await runFlood(settings, words, io);
    if (hasAttacks(settings))
      throw new UsageError([`--attack is for signalbox bench ${floodWord}`]);
    const named = modeNames.filter((mode) => words.includes(mode));
    const options = benchOptions(settings, named, settings(json));
    const problems = [
      ...resumeProblems(settings, options.modes),
      ...topicSizeProblems(settings, options.modes),
      ...startProblems(options, process.env),
      ...(options.tls && options.urls !== undefined
        ? ["--tls is for servers that bench starts: with --url, begin the address with wss:"]
        : []),
    ];
    if (problems.length > 0) throw new UsageError(problems);
    await measure(options, io);
  },
};

async function runFlood(settings: Settings, words: readonly string[], io: BenchIo): Promise<void> {
  const options = floodOptions(settings, settings(json));
  const problems = [
    ...(words.every((word) => word === floodWord) ? [] : ["flood cannot run with other modes"]),
    ...startProblems(options, process.env),
    ...floodProblems(options),
    ...resumeProblems(settings, []),
  ];
  if (problems.length > 0) throw new UsageError(problems);
  await flood(options, io);
}

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

export const flooder: Command = {
  name: "flooder",
  summary: "attack a server, by an order on standard input",
  groups: [],
  isHidden: true,
  run: () => attack({ input: process.stdin, print }),
};
