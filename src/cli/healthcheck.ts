// `signalbox healthcheck`: whether the server on this machine is ready, for containers and scripts.

import type { OptionGroup } from "../options/option.ts";
import { ExitError } from "../process/exit.ts";
import { host, port } from "../server/options.ts";
import type { Command } from "./command.ts";
import { print } from "./print.ts";

/** Milliseconds to wait for an answer. */
const answerMs = 3000;

const groups: readonly OptionGroup[] = [
  { name: "address", title: "Where the server listens", options: [host, port] },
];

export const healthcheck: Command = {
  name: "healthcheck",
  summary: "ask the server on this machine whether it is ready; exit code 0 if it is",
  groups,
  async run({ settings }) {
    const everywhere = ["0.0.0.0", "::"].includes(settings(host));
    const name = everywhere ? "127.0.0.1" : settings(host);
    const url = `http://${name.includes(":") ? `[${name}]` : name}:${settings(port)}/readyz`;
    const response = await fetch(url, { signal: AbortSignal.timeout(answerMs) }).catch(() => {
      throw new ExitError(`${url} does not answer`);
    });
    const said = await response.text();
    if (!response.ok) throw new ExitError(`${url} says ${said}`);
    print(said);
  },
};
