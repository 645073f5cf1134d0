// Several processes of this program on one port, each a node of its own. Their parent serves nobody: it
// starts them, starts another for one that ended or hangs, and ends them.

import type { Log } from "../observe/log.ts";
import type { ApiReply, ApiRequest } from "../operator/api/api.ts";
import type { Samples } from "../operator/metrics/samples.ts";
import type { OperatorSource } from "../operator/source.ts";
import type { ServerCertificate } from "../server/tls/server-certificate.ts";
import { pauseMs } from "./restart-pause.ts";
import { beatMs, Watchdog } from "./watchdog.ts";
import { WorkerFigures } from "./worker-figures.ts";
import type { FromWorker, ToWorker } from "./worker-messages.ts";
import { WorkerQuestions } from "./worker-questions.ts";

interface Plan {
  /** Starts a worker, which then waits to be told where to listen. */
  readonly command: readonly string[];
  readonly count: number;
  /** The port to listen on; 0 lets the first worker pick a free one. */
  readonly port: number;
  /** For workers that start before `reload` gives another. */
  readonly certificate?: ServerCertificate | undefined;
  readonly log: Log;
}

/** Milliseconds: a worker that ended earlier counts as failed. */
const soonMs = 10_000;

interface Worker {
  readonly process: Bun.Subprocess;
  readonly url: URL;
  readonly sinceMs: number;
}

export class Workers implements OperatorSource {
  readonly #plan: Plan;
  readonly #running = new Set<Worker>();
  /** Of all processes, from their start to their end: one may hang before it listens, and while it ends. */
  readonly #watchdog = new Watchdog<Bun.Subprocess>({
    ask: (process) => tell(process, { type: "ping" }),
    silent: (process) => this.#kill(process),
  });
  readonly #questions = new WorkerQuestions();
  readonly #figures = new WorkerFigures();
  /** Of all processes, from their start to their end: what metrics call each. */
  readonly #names = new Map<Bun.Subprocess, string>();
  #port: number;
  #certificate: ServerCertificate | undefined;
  #failures = 0;
  #isStopping = false;
  /** Resolves when all replacements so far are done. */
  #replaced: Promise<void> = Promise.resolve();
  /** Resolves when the worker that was replaced last has ended. */
  #retired: Promise<unknown> = Promise.resolve();

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#port = plan.port;
    this.#certificate = plan.certificate;
    setInterval(() => this.#watchdog.beat(performance.now()), beatMs).unref();
  }

  /**
   * Starts all workers.
   * @returns where they listen
   * @throws if one ends before it listens; it has printed why
   */
  async start(): Promise<URL> {
    const { url } = await this.#add();
    // URLs leave out port 80: only one that was left open is taken from there.
    if (this.#port === 0) this.#port = Number(url.port);
    await Promise.all(Array.from({ length: this.#plan.count - 1 }, () => this.#add()));
    return url;
  }

  /** The figures of all workers, those that have ended included. */
  async samples(): Promise<readonly Samples[]> {
    const asked = [...this.#names].map(async ([process, name]) => {
      const samples = await this.#questions.ask(process, { what: "samples", name });
      // Our own program has made it.
      if (this.#names.has(process) && samples !== undefined)
        this.#figures.noted(process, samples as Samples);
    });
    await Promise.all(asked);
    return this.#figures.all;
  }

  /** Any worker answers for all nodes; the next one is asked where one does not. */
  async perform(request: ApiRequest): Promise<ApiReply> {
    for (const { process } of this.#running) {
      const reply = await this.#questions.ask(process, { what: "api", request });
      // Our own program has made it.
      if (reply !== undefined) return reply as ApiReply;
    }
    return { status: 503, body: { type: "about:blank", status: 503, title: "No worker answers" } };
  }

  /** Sends all workers this signal, and waits for them to end, and for one that is being replaced. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    this.#isStopping = true;
    const ending = Array.from(this.#running, ({ process }) => {
      process.kill(signal);
      return process.exited;
    });
    await Promise.all([...ending, this.#retired]);
  }

  /** Has all workers read their settings again. @param certificate a new one */
  reload(certificate: ServerCertificate | undefined): void {
    this.#certificate = certificate ?? this.#certificate;
    for (const { process } of this.#running) tell(process, { type: "reload", certificate });
  }

  /**
   * Replaces all workers, one after another. Each is ended once the new one listens.
   * @throws if a new one ends before it listens; the workers that are not replaced yet go on
   */
  replace(): Promise<void> {
    const replaced = this.#replaced.then(() => this.#replaceAll());
    this.#replaced = replaced.catch(() => undefined);
    return replaced;
  }

  async #replaceAll(): Promise<void> {
    for (const worker of [...this.#running]) {
      if (this.#isStopping) throw new Error("the server is being stopped");
      // If it has ended by itself, `#ended` starts another.
      if (!this.#running.has(worker)) continue;
      const other = await this.#add();
      await this.#retire(this.#running.has(worker) ? worker : other);
    }
  }

  async #retire(worker: Worker): Promise<void> {
    this.#running.delete(worker);
    worker.process.kill("SIGTERM");
    this.#retired = worker.process.exited;
    await this.#retired;
  }

  async #add(): Promise<Worker> {
    const worker = await this.#spawn();
    this.#running.add(worker);
    void worker.process.exited.then(() => this.#ended(worker));
    if (this.#isStopping) worker.process.kill("SIGTERM");
    return worker;
  }

  #spawn(): Promise<Worker> {
    const listening = Promise.withResolvers<Worker>();
    const sinceMs = Date.now();
    const process = Bun.spawn([...this.#plan.command], {
      stdio: ["ignore", "inherit", "inherit"],
      // A group of its own: what a terminal sends to the parent's comes from the parent alone.
      detached: true,
      serialization: "json",
      ipc: (message: FromWorker) => {
        this.#watchdog.seen(process);
        if (message.type === "ready")
          listening.resolve({ process, url: new URL(message.url), sinceMs });
        else this.#hear(process, message);
      },
      onExit: ({ exitCode, signalCode }) => {
        this.#watchdog.forget(process);
        this.#questions.lost(process);
        this.#names.delete(process);
        this.#figures.ended(process);
        const how =
          signalCode === null ? `ended with exit code ${exitCode}` : `was ended by ${signalCode}`;
        listening.reject(new Error(`a worker ${how} before it listened`));
      },
    });
    this.#watchdog.watch(process);
    this.#names.set(process, this.#freeName());
    const certificate = this.#certificate;
    tell(process, { type: "listen", port: this.#port, certificate });
    return listening.promise;
  }

  #hear(process: Bun.Subprocess, message: FromWorker): void {
    if (message.type === "answer") this.#questions.answered(message.id, message.answer);
    else if (message.type === "last") this.#figures.noted(process, message.samples);
  }

  /** The same names are used again and again, so that metrics do not get more and more labels. */
  #freeName(): string {
    const taken = new Set(this.#names.values());
    let number = 1;
    while (taken.has(`worker-${number}`)) number++;
    return `worker-${number}`;
  }

  #kill(process: Bun.Subprocess): void {
    this.#plan.log.error({ worker: process.pid }, "a worker shows no sign of life; killing it");
    process.kill("SIGKILL");
  }

  /** If nobody ended the worker, starts another. */
  async #ended(worker: Worker): Promise<void> {
    if (!this.#running.delete(worker) || this.#isStopping) return;
    const { exitCode, signalCode, pid } = worker.process;
    this.#plan.log.error({ worker: pid, exitCode, signalCode }, "a worker ended; starting another");
    if (Date.now() - worker.sinceMs >= soonMs) this.#failures = 0;
    for (;;) {
      if (this.#failures > 0) await Bun.sleep(pauseMs(this.#failures));
      this.#failures++;
      if (this.#isStopping) return;
      if (await this.#isAdded()) return;
    }
  }

  #isAdded(): Promise<boolean> {
    return this.#add().then(
      () => true,
      ({ message }: Error) => {
        this.#plan.log.error(message);
        return false;
      },
    );
  }
}

function tell(process: Bun.Subprocess, message: ToWorker): void {
  // To a process that has ended Bun throws; its end is told by another way.
  if (process.exitCode === null && process.signalCode === null) process.send(message);
}
