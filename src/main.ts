// The command line of the one executable: serve (the default), bench, token, healthcheck. Together with the
// options in config.ts, serve.ts and ending.ts this is all that knows the process it runs in.

import { Command } from "commander";
import { version } from "../package.json";
import { checks as keyChecks, options as keyOptions } from "./auth/options.ts";
import { bench } from "./bench/bench.ts";
import { benchFlags, benchOptions } from "./bench/flags.ts";
import { modeNames } from "./bench/options.ts";
import { serveYardstick } from "./bench/yardstick.ts";
import { addOptions, optionsHelp, settingsOf, suggestion, UsageError } from "./cli/command-line.ts";
import { fail } from "./cli/exit.ts";
import { checks, options as serveOptions } from "./cli/serve-options.ts";
import { explainToken, makeToken, tokenFlags } from "./cli/token.ts";
import { variableOf } from "./options/option.ts";
import { ExitError } from "./process/exit.ts";
import { serveByWorkers } from "./process/parent.ts";
import { serve } from "./process/serve.ts";
import { serveAsWorker } from "./process/worker.ts";
import * as config from "./server/options.ts";

/** Milliseconds that `healthcheck` waits for an answer. */
const healthcheckMs = 3000;

/** What starts this program again: the executable, or Bun and this file. */
const self: readonly string[] = Bun.isStandaloneExecutable
  ? [process.execPath]
  : [process.execPath, Bun.main];

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function runServe(command: Command): Promise<void> | void {
  const settings = settingsOf(command, serveOptions, process.env, commands, checks);
  if (settings(config.workers) === 1) return serve(settings, version);
  const [word, ...rest] = process.argv.slice(2);
  const args = word === "serve" || word === undefined ? rest : [word, ...rest];
  return serveByWorkers(settings, version, [...self, "worker", ...args]);
}

function runWorker(command: Command): void {
  serveAsWorker(settingsOf(command, serveOptions, process.env, [], checks), version);
}

async function runHealthcheck(command: Command): Promise<void> {
  const settings = settingsOf(command, [config.host, config.port], process.env);
  const everywhere = ["0.0.0.0", "::"].includes(settings(config.host));
  const name = everywhere ? "127.0.0.1" : settings(config.host);
  const url = `http://${name.includes(":") ? `[${name}]` : name}:${settings(config.port)}/readyz`;
  const response = await fetch(url, { signal: AbortSignal.timeout(healthcheckMs) }).catch(() => {
    throw new ExitError(`${url} does not answer`);
  });
  const said = await response.text();
  if (!response.ok) throw new ExitError(`${url} says ${said}`);
  print(said);
}

async function runBench(command: Command): Promise<void> {
  const settings = settingsOf(command, benchFlags, {}, modeNames);
  const modes = modeNames.filter((name) => command.args.includes(name));
  const interrupt = new AbortController();
  process.on("SIGINT", () => interrupt.abort());
  process.on("SIGTERM", () => interrupt.abort());
  const isLive = process.stderr.isTTY;
  await bench(benchOptions(settings, modes, command.getOptionValue("json") === true), {
    command: self,
    signal: interrupt.signal,
    write: (text) => process.stdout.write(text),
    progress: (line) => process.stderr.write(isLive ? `\r\x1b[K${line}` : `${line}\n`),
  });
}

async function runToken(command: Command): Promise<void> {
  const words = command.args.filter((word) => !word.startsWith("-"));
  const [given, ...others] = words;
  // Of the environment the key alone: NAME and the like are other programs' there.
  const keys = keyOptions.map(variableOf).map((name) => [name, process.env[name]]);
  const options = [...tokenFlags, ...keyOptions];
  const settings = settingsOf(command, options, Object.fromEntries(keys), words, keyChecks);
  const isVerifying = command.getOptionValue("verify") === true;
  // What stands there may be a token: it is not named.
  if (others.length > 0) throw new UsageError(["one token at a time"]);
  if (given !== undefined && !isVerifying)
    throw new UsageError(["a token on the command line needs --verify"]);
  const { text, isGood } = isVerifying
    ? await explainToken(settings, given ?? (await Bun.stdin.text()).trim())
    : await makeToken(settings);
  if (!isGood) throw new ExitError(text);
  print(text);
}

/** The words that may stand first on the command line. */
const commands = ["serve", "bench", "token", "healthcheck", "help"] as const;

function commandLine(): Command {
  const program = new Command("signalbox")
    .description("The WebRTC signaling server: topics of peers, on one port.")
    .version(`signalbox ${version}`, "--version", "print the version")
    .helpOption("--help", "print this help")
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });

  const serving = program
    .command("serve", { isDefault: true })
    .description("serve; what happens without a command")
    .action((_, command: Command) => runServe(command));
  addOptions(serving, serveOptions, "flags and environment");
  const worker = program
    .command("worker", { hidden: true })
    .description("serve as one of several processes, for the parent that starts it")
    .action((_, command: Command) => runWorker(command));
  addOptions(worker, serveOptions, "flags and environment");

  const benchmark = program
    .command("bench")
    .usage("[options] [modes...]")
    .description("measure a server: its relay, latency, memory and start of all at once")
    .argument("[modes...]", `${modeNames.join(", ")}; all of them when none is named`)
    .option("--json", "report one JSON object in place of tables")
    .action((_modes, _flags, command: Command) => runBench(command));
  addOptions(benchmark, benchFlags, "flags");
  benchmark
    .command("yardstick", { hidden: true })
    .description("serve the barest relay, which bench measures others against")
    .option("--port <number>", "TCP port to listen on", "0")
    .action(({ port }: { readonly port: string }) => {
      print(`yardstick listens at http://127.0.0.1:${serveYardstick(Number(port)).port}`);
    });

  const token = program
    .command("token")
    .usage("[options] [token]")
    .description("make a token for trying out, or explain one with --verify")
    .argument("[token]", "with --verify: the token, else it is read from standard input")
    .option("--verify", "say what is in a token, or why it is refused")
    .action((_token, _flags, command: Command) => runToken(command));
  addOptions(token, tokenFlags, "flags");
  addOptions(token, keyOptions, "flags and environment");

  const healthcheck = program
    .command("healthcheck")
    .description("ask the server on this machine whether it is ready; exit 0 if so")
    .action((_, command: Command) => runHealthcheck(command));
  addOptions(healthcheck, [config.host, config.port], "flags and environment");

  program
    .command("help")
    .argument("[command]")
    .description("explain a command")
    .helpOption(false)
    .action((name: string | undefined) => explain(program, name));

  return program.addHelpText("after", () => `\nOptions of serve:\n${optionsHelp(serving)}`);
}

function explain(program: Command, name: string | undefined): void {
  const command = program.commands.find((known) => known.name() === name);
  if (name !== undefined && command === undefined)
    throw new UsageError([`unknown command ${name}${suggestion(name, commands)}`]);
  (command ?? program).outputHelp();
}

await commandLine().parseAsync(process.argv.slice(2), { from: "user" }).catch(fail);
