// `signalbox doctor`: tries a server as a client would, and says in words what is wrong.

import { examine } from "../doctor/examine.ts";
import type { Finding } from "../doctor/finding.ts";
import { integer, type Option, type OptionGroup, text } from "../options/option.ts";
import { ExitError } from "../process/exit.ts";
import type { Command } from "./command.ts";
import { UsageError } from "./exit.ts";
import { print } from "./print.ts";

const token: Option<string | undefined> = {
  name: "token",
  placeholder: "token",
  schema: text(),
  default: undefined,
  help: "token of the client; needed for STUN and TURN servers, too",
};

const idleSeconds: Option<number> = {
  name: "idle-seconds",
  placeholder: "seconds",
  schema: integer(0, 3600),
  default: 35,
  help: "say nothing for so long, to find out whether a proxy cuts the connection; 0 for not trying",
};

const groups: readonly OptionGroup[] = [
  // The environment does not set these: TOKEN belongs to other programs there.
  { name: "doctor", title: "Options", options: [token, idleSeconds], isFlagsOnly: true },
];

export const doctor: Command = {
  name: "doctor",
  summary: "try a server as a client would: wss://host/ws/topic",
  groups,
  words: { usage: "<address>", known: [], takes: () => true },
  async run({ settings, words }) {
    const [given = "", ...others] = words;
    const url = URL.canParse(given) ? new URL(given) : undefined;
    if (url === undefined || others.length > 0 || !/^wss?:$/.test(url.protocol))
      throw new UsageError(["doctor needs one address, like wss://signal.example/ws/topic"]);
    let failures = 0;
    for await (const finding of examine(url, settings(token), settings(idleSeconds))) {
      print(lineOf(finding));
      if (finding.state === "fail") failures++;
    }
    if (failures > 0) throw new ExitError("something is wrong: see above");
  },
};

const lineOf = ({ state, what, text }: Finding): string =>
  `${state.padEnd(6)}${what.padEnd(9)}${text}`;
