// `signalbox serve`, and the hidden command by which a parent with several workers starts each of them.

import { version } from "../../package.json";
import { serveByWorkers } from "../process/parent.ts";
import type { SettingsSource } from "../process/reload.ts";
import { serve as serveHere } from "../process/serve.ts";
import { serveAsWorker } from "../process/worker.ts";
import { workers } from "../server/options.ts";
import type { Command, Invocation } from "./command.ts";
import { self } from "./self.ts";
import { checks, groups, options } from "./serve-options.ts";

const sourceOf = ({ settings, readAgain }: Invocation): SettingsSource => ({
  options,
  first: settings,
  readAgain,
});

export const serve: Command = {
  name: "serve",
  summary: "start the server; this is what happens if no command is given",
  groups,
  checks,
  isDefault: true,
  run: (invocation) =>
    invocation.settings(workers) === 1
      ? serveHere(sourceOf(invocation), version)
      : serveByWorkers(sourceOf(invocation), version, [...self, worker.name, ...invocation.args]),
};

export const worker: Command = {
  name: "worker",
  summary: "serve as one of several processes, for the parent that starts it",
  groups,
  checks,
  isHidden: true,
  run: (invocation) => serveAsWorker(sourceOf(invocation), version),
};
