// The command line of the one executable: serve (the default), bench, token, healthcheck. Together with the
// options in config.ts this is all that knows the process it runs in.

import { Command, CommanderError } from "commander";
import { version } from "../package.json";
import { explainToken, makeToken, tokenFlags } from "./auth/command.ts";
import { checks as keyChecks, options as keyOptions } from "./auth/options.ts";
import { bench } from "./bench/bench.ts";
import { BenchError } from "./bench/bench-error.ts";
import { benchFlags, benchOptions } from "./bench/flags.ts";
import { modeNames } from "./bench/options.ts";
import { serveYardstick } from "./bench/yardstick.ts";
import { addOptions, optionsHelp, settingsOf, suggestion, UsageError } from "./command-line.ts";
import * as config from "./config.ts";
import { describeFault } from "./observe/fault.ts";
import { logListening } from "./observe/listening.ts";
import { openLog } from "./observe/log.ts";
import { variableOf } from "./option.ts";
import { protocols } from "./protocols/protocols.ts";
import { SignalServer } from "./server.ts";

/** Exit codes: what was asked could not be done, or makes no sense. */
const exitCodes = { failure: 1, usage: 2 } as const;

/** What was asked cannot be done; the message says why, in a line for the user. */
class Failure extends Error {}

/** Milliseconds that `healthcheck` waits for an answer. */
const healthcheckMs = 3000;

/** What starts this program again: the executable, or Bun and this file. */
const self: readonly string[] = Bun.isStandaloneExecutable
  ? [process.execPath]
  : [process.execPath, Bun.main];

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}

function runServe(command: Command): void {
  const settings = settingsOf(command, config.options, process.env, commands, config.checks);
  const { log, flush } = openLog(settings(config.logLevel), process.stdout.isTTY);
  process.on("uncaughtException", (thrown) => log.error(describeFault(thrown), "fault"));
  process.on("unhandledRejection", (thrown) => log.error(describeFault(thrown), "fault"));

  let stopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) process.exit(exitCodes.failure);
    stopping = true;
    log.info({ signal }, "closing all connections; a second signal ends at once");
    await server.drain();
    log.info("stopped");
    await flush();
    process.exit();
  };
  // Before listening: whoever waits for the line that says so may send a signal right after.
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  const server = listenOrFail(() => new SignalServer(settings, log, version));
  const { url, hasKey } = server;
  logListening(log, process.stdout.isTTY, { version, url, protocols, hasKey });

  function listenOrFail(listen: () => SignalServer): SignalServer {
    try {
      return listen();
    } catch (error) {
      const [at, number] = [settings(config.host), settings(config.port)];
      if (error instanceof Error && "code" in error && error.code === "EADDRINUSE")
        throw new Failure(
          `port ${number} is in use; choose another with --port, 0 takes a free one`,
        );
      throw new Failure(`cannot listen on ${at}, port ${number}: ${String(error)}`);
    }
  }
}

async function runHealthcheck(command: Command): Promise<void> {
  const settings = settingsOf(command, [config.host, config.port], process.env);
  const everywhere = ["0.0.0.0", "::"].includes(settings(config.host));
  const name = everywhere ? "127.0.0.1" : settings(config.host);
  const url = `http://${name.includes(":") ? `[${name}]` : name}:${settings(config.port)}/readyz`;
  const response = await fetch(url, { signal: AbortSignal.timeout(healthcheckMs) }).catch(() => {
    throw new Failure(`${url} does not answer`);
  });
  const said = await response.text();
  if (!response.ok) throw new Failure(`${url} says ${said}`);
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
  if (!isGood) throw new Failure(text);
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

  const serve = program
    .command("serve", { isDefault: true })
    .description("serve; what happens without a command")
    .action((_, command: Command) => runServe(command));
  addOptions(serve, config.options, "flags and environment");

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

  return program.addHelpText("after", () => `\nOptions of serve:\n${optionsHelp(serve)}`);
}

function explain(program: Command, name: string | undefined): void {
  const command = program.commands.find((known) => known.name() === name);
  if (name !== undefined && command === undefined)
    throw new UsageError([`unknown command ${name}${suggestion(name, commands)}`]);
  (command ?? program).outputHelp();
}

/** Says what went wrong on standard error, and ends with the code that tells how. */
function fail(error: unknown): never {
  if (error instanceof CommanderError && error.exitCode === 0) process.exit();
  if (error instanceof UsageError || error instanceof CommanderError) {
    const problems = error instanceof UsageError ? error.problems : [error.message];
    for (const problem of problems) complain(`signalbox: ${problem}`);
    complain("signalbox --help lists all commands and options");
    process.exit(exitCodes.usage);
  }
  if (!(error instanceof Failure || error instanceof BenchError)) throw error;
  complain(`signalbox: ${error.message}`);
  process.exit(exitCodes.failure);
}

await commandLine().parseAsync(process.argv.slice(2), { from: "user" }).catch(fail);
