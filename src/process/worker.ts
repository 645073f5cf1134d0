// One of several processes of a server: it listens where its parent says, and stops when its parent is gone.

import type { SignalServer } from "../server/server.ts";
import { ExitError, exitCodes, exitWith } from "./exit.ts";
import { beginProcess } from "./lifecycle.ts";
import { listen } from "./listen.ts";
import { Reload, type SettingsSource } from "./reload.ts";
import type { FromWorker, ListenOrder, ToWorker, WorkerQuestion } from "./worker-messages.ts";

export function serveAsWorker(source: SettingsSource, version: string): void {
  const { log, setLevel, stopBy } = beginProcess(source.first, process.pid);
  const reload = new Reload(source, log, setLevel);
  const { settings } = reload;
  let server: SignalServer | undefined;
  const stop = stopBy("closing all connections", async () => {
    await server?.drain();
    if (server !== undefined)
      await tellAll({ type: "last", samples: server.operators.samples("") });
  });
  process.on("disconnect", () => stop("SIGTERM"));
  const begin = async ({ port, certificate }: ListenOrder): Promise<void> => {
    try {
      server = await listen(settings, log, version, { port, isShared: true, certificate });
      server.operators.onDrain(() => void stop("operator"));
      tell({ type: "ready", url: server.url.href });
    } catch (error) {
      if (!(error instanceof ExitError)) throw error;
      exitWith(exitCodes.failure, [`signalbox: ${error.message}`]);
    }
  };
  const answer = async (id: number, question: WorkerQuestion): Promise<void> => {
    const operators = server?.operators;
    const isFigures = question.what === "samples";
    const answered = isFigures
      ? (operators?.samples(question.name) ?? [])
      : await operators?.perform(question.request);
    tell({ type: "answer", id, answer: answered });
  };
  process.on("message", (message: ToWorker) => {
    switch (message.type) {
      case "listen":
        return begin(message);
      case "reload":
        return reload.run(() => server?.reload(message.certificate));
      case "ping":
        return tell({ type: "alive" });
      case "ask":
        return answer(message.id, message.question);
      default:
        return message satisfies never;
    }
  });
}

const tell = (message: FromWorker): void => void process.send?.(message);

/** Resolves once the message has been written, or cannot be: the process ends after it. */
function tellAll(message: FromWorker): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (process.send === undefined || !process.connected) resolve();
  else process.send(message, undefined, undefined, () => resolve());
  return promise;
}
