// The line to the server: one membership of a topic over as many sockets as it takes. It counts what it receives, so that
// the server can send what was missed, and waits with jitter between attempts that fail.

import type { Waiting } from "./api.ts";
import type { Environment } from "./environment.ts";
import type { ClientFrame, ServerFrame, Welcome } from "./frames.ts";
import { retryAfter } from "./retry.ts";

/** Milliseconds. */
const answerMs = 10_000;
const quietMs = 25_000;
const probeMs = 5000;
const firstPauseMs = 500;
/** While the membership waits on the server, and later. */
const shortPauseMs = 2000;
const longPauseMs = 30_000;

/** Messages that wait for a socket at most: a peer offers again what is lost. */
const maxWaiting = 1000;

/** A close that the server does not take for leaving. */
const comingBack = 4000;

export interface LineOptions {
  /** Of the topic, without a query. */
  readonly url: string;
  /** Query that is always sent. */
  readonly query: Readonly<Record<string, string>>;
  readonly getToken?: (() => string | Promise<string>) | undefined;
  readonly onFrame: (frame: ServerFrame) => void;
  readonly onWaiting: (waiting: Waiting) => void;
  /** Closed for good: no callback comes after this. */
  readonly onRefused: (code: number, reason: string) => void;
}

export class Line {
  readonly #options: LineOptions;
  readonly #environment: Environment;
  readonly #stops: (() => void)[];
  #socket: WebSocket | undefined;
  #isWelcome = false;
  #welcome: Welcome | undefined;
  #received = 0;
  #lostAt: number | undefined;
  #attempts = 0;
  /** Grows with each attempt: what belongs to an older one is ignored. */
  #attempt = 0;
  #waiting: ClientFrame[] = [];
  #isClosed = false;
  #cancelTimer = () => {};
  #cancelRenewal = () => {};

  constructor(options: LineOptions, environment: Environment) {
    this.#options = options;
    this.#environment = environment;
    this.#stops = [
      environment.onNetwork(() => this.again()),
      environment.onVisible(() => (this.#isWelcome ? this.#probe() : this.again())),
    ];
    void this.#connect();
  }

  /** Sends a message, now or when there is a socket again. */
  send(frame: ClientFrame): void {
    if (this.#isWelcome) return this.#socket?.send(JSON.stringify(frame));
    this.#waiting.push(frame);
    if (this.#waiting.length > maxWaiting) this.#waiting.shift();
  }

  /** Takes another socket at once. */
  again(): void {
    if (this.#isClosed) return;
    this.#drop();
    void this.#connect();
  }

  /** Leaves. */
  close(): void {
    const socket = this.#socket;
    this.#end();
    socket?.close(1000);
  }

  async #connect(): Promise<void> {
    const attempt = ++this.#attempt;
    this.#wait(answerMs, () => this.#lost(1006, "no answer"));
    try {
      const token = await this.#options.getToken?.();
      if (attempt !== this.#attempt || this.#isClosed) return;
      this.#open(token);
    } catch (error) {
      if (attempt === this.#attempt && !this.#isClosed) this.#lost(1006, String(error));
    }
  }

  #open(token: string | undefined): void {
    const resume = this.#welcome?.resume ?? "new";
    const query = new URLSearchParams({ ...this.#options.query, resume });
    if (resume !== "new") query.set("received", `${this.#received}`);
    const socket = new this.#environment.WebSocket(
      `${this.#options.url}?${query}`,
      token === undefined ? [] : ["bearer", token],
    );
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      if (socket === this.#socket) this.#receive(String(data), token);
    });
    socket.addEventListener("close", ({ code, reason }) => {
      if (socket === this.#socket) this.#lost(code, reason);
    });
    // A close follows; without a listener, some platforms throw.
    socket.addEventListener("error", () => {});
  }

  #receive(text: string, token: string | undefined): void {
    const frame: ServerFrame = JSON.parse(text);
    this.#received++;
    if (frame.type === "welcome") this.#begin(frame, token);
    this.#wait(quietMs, () => this.#probe());
    this.#options.onFrame(frame);
  }

  #begin(welcome: Welcome, token: string | undefined): void {
    if (welcome.resumed !== true) {
      this.#received = 1;
      this.#waiting = [];
    }
    this.#welcome = welcome;
    this.#isWelcome = true;
    this.#attempts = 0;
    this.#lostAt = undefined;
    for (const frame of this.#waiting.splice(0)) this.send(frame);
    this.#cancelRenewal();
    const seconds = token === undefined ? undefined : secondsLeft(token);
    if (seconds !== undefined)
      this.#cancelRenewal = this.#environment.after(seconds * 800, () => this.again());
  }

  /** The server sends back what one sends to oneself. Browsers do not tell of dead connections for minutes. */
  #probe(): void {
    if (this.#welcome === undefined) return;
    this.send({ type: "ice-candidate", to: this.#welcome.selfId });
    this.#wait(probeMs, () => this.again());
  }

  #lost(code: number, reason: string): void {
    this.#drop();
    const hasToken = this.#options.getToken !== undefined;
    const retry = retryAfter(code, reason, hasToken);
    if (retry === "never") {
      this.#end();
      return this.#options.onRefused(code, reason);
    }
    if (retry === "later" && this.#attempts === 0) this.#attempts = 1;
    this.#lostAt ??= this.#environment.now();
    const retryMs = this.#pause();
    const retryNow = () => {
      if (attempt === this.#attempt && !this.#isClosed) void this.#connect();
    };
    const attempt = ++this.#attempt;
    this.#wait(retryMs, retryNow);
    this.#options.onWaiting({ code, reason, retryMs, retryNow });
  }

  /** Full jitter, so that all clients of a server do not come back in step. */
  #pause(): number {
    const awayMs = this.#environment.now() - (this.#lostAt ?? 0);
    const isKept = awayMs < (this.#welcome?.resumeSeconds ?? 0) * 1000;
    const most = Math.min(isKept ? shortPauseMs : longPauseMs, firstPauseMs * 2 ** this.#attempts);
    this.#attempts++;
    return this.#environment.random() * most;
  }

  /** Parts from the socket: nothing of it is counted any more. */
  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#isWelcome = false;
    this.#cancelTimer();
    this.#cancelRenewal();
    socket?.close(comingBack);
  }

  #end(): void {
    this.#isClosed = true;
    this.#isWelcome = false;
    this.#socket = undefined;
    this.#cancelTimer();
    this.#cancelRenewal();
    for (const stop of this.#stops) stop();
  }

  #wait(ms: number, run: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#environment.after(ms, run);
  }
}

/** Until a JWT expires; `undefined` if it does not say so. */
function secondsLeft(token: string): number | undefined {
  try {
    const payload = token.split(".")[1] ?? "";
    const { exp } = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    // Timers take 24 days at most.
    return typeof exp === "number"
      ? Math.min(Math.max(exp - Date.now() / 1000, 1), 2_000_000)
      : undefined;
  } catch {
    return undefined;
  }
}
