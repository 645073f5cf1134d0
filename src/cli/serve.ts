// `signalbox serve`, and the hidden command by which a parent with several workers starts each of them.

import { version } from "../../package.json";
import { serveByWorkers } from "../process/parent.ts";
import { serve as serveHere } from "../process/serve.ts";
import { serveAsWorker } from "../process/worker.ts";
import { workers } from "../server/options.ts";
import type { Command } from "./command.ts";
import { self } from "./self.ts";
import { checks, groups } from "./serve-options.ts";

export const serve: Command = {
  name: "serve",
  summary: "start the server; this is what happens if no command is given",
  groups,
  checks,
  isDefault: true,
  run: ({ settings, args }) =>
    settings(workers) === 1
      ? serveHere(settings, version)
      : serveByWorkers(settings, version, [...self, worker.name, ...args]),
};

export const worker: Command = {
  name: "worker",
  summary: "serve as one of several processes, for the parent that starts it",
  groups,
  checks,
  isHidden: true,
  run: ({ settings }) => serveAsWorker(settings, version),
};
