// What becomes of a client that has connected: whether its token is taken, how long a ping takes, whether a relay comes
// back, and whether something in between cuts a connection on which nothing is said.

import { type Finding, msSince, shown } from "./finding.ts";

/** Milliseconds to wait for a first message: some protocols let the client speak first. */
const firstMs = 3000;

/** Milliseconds to wait for an answer. */
const answerMs = 5000;

/** How a connection ended. */
interface Ended {
  readonly code: number;
  readonly reason: string;
}

/** A client of the server. */
export class Talk implements Disposable {
  readonly #socket: WebSocket;
  readonly #texts: string[] = [];
  #ended: Ended | undefined;
  #waiting: (() => void)[] = [];

  constructor(url: URL) {
    this.#socket = new WebSocket(url);
    this.#socket.addEventListener("message", ({ data }) => {
      this.#texts.push(String(data));
      this.#wake();
    });
    this.#socket.addEventListener("close", ({ code, reason }) => {
      this.#ended = { code, reason };
      this.#wake();
    });
    for (const event of ["open", "pong"] as const)
      this.#socket.addEventListener(event as "open", () => {
        if (event === "pong") this.#pongs++;
        this.#wake();
      });
  }

  #pongs = 0;

  get ended(): Ended | undefined {
    return this.#ended;
  }

  /** Waits for a text that fits. @returns `undefined` if there is none in that time, or the connection has ended */
  async text(fits: (text: string) => boolean, ms: number): Promise<string | undefined> {
    let found: string | undefined;
    await this.#until(() => {
      found = this.#texts.find(fits);
      return found !== undefined || this.#ended !== undefined;
    }, ms);
    return found;
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  /** @returns whether a pong came */
  async ping(): Promise<boolean> {
    const before = this.#pongs;
    this.#socket.ping();
    await this.#until(() => this.#pongs > before || this.#ended !== undefined, answerMs);
    return this.#pongs > before;
  }

  /** Waits until the connection has ended, or so long. */
  async end(ms: number): Promise<Ended | undefined> {
    await this.#until(() => this.#ended !== undefined, ms);
    return this.#ended;
  }

  [Symbol.dispose](): void {
    this.#socket.close(1000);
  }

  async #until(holds: () => boolean, ms: number): Promise<void> {
    const deadline = performance.now() + ms;
    while (!holds()) {
      const left = deadline - performance.now();
      if (left <= 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push(resolve);
      const timer = setTimeout(resolve, left);
      await promise;
      clearTimeout(timer);
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

const tokenHints: readonly (readonly [RegExp, string])[] = [
  [/^token missing$/, "give one with --token"],
  [/^token (?:invalid|expired|revoked)$/, "signalbox token --verify knows more"],
  [/^room not allowed$/, "the token's rooms do not name this one"],
  [/^no JWT key/, "set JWT_SECRET, JWT_PUBLIC_KEY_FILE or JWKS_URL at the server"],
];

/** Whether the server lets the client in: it says something, or nothing, but does not close. */
export async function findOpening(talk: Talk): Promise<Finding> {
  const what = "opening";
  const first = await talk.text(() => true, firstMs);
  const { ended } = talk;
  if (ended === undefined) {
    const text =
      first === undefined ? "let in; the client speaks first here" : "let in, and welcomed";
    return { state: "ok", what, text };
  }
  const reason = shown(ended.reason);
  const hint = tokenHints.find(([form]) => form.test(reason))?.[1];
  return {
    state: "fail",
    what,
    text: `closed with ${ended.code} ${reason}${hint === undefined ? "" : `: ${hint}`}`,
  };
}

export async function findPing(talk: Talk): Promise<Finding> {
  const what = "ping";
  const since = performance.now();
  return (await talk.ping())
    ? { state: "ok", what, text: `answered in ${msSince(since)}` }
    : { state: "fail", what, text: "no answer in 5 s: a proxy in between does not pass pings on" };
}

/** Relays an offer from a second client to the first, where the protocol is that of topics. */
export async function findRelay(talk: Talk, url: URL): Promise<Finding> {
  const what = "relay";
  const isWelcome = (text: string): boolean => text.startsWith('{"type":"welcome"');
  const welcome = await talk.text(isWelcome, 0);
  const [, id] = /"selfId":"(\w+)"/.exec(welcome ?? "") ?? [];
  if (id === undefined) {
    const text = "only tried with an address of topics: /ws/{topic}";
    return { state: "skip", what, text };
  }
  using other = new Talk(url);
  await other.text(isWelcome, answerMs);
  const since = performance.now();
  if (other.ended === undefined)
    other.send(JSON.stringify({ type: "offer", to: id, payload: "doctor" }));
  const arrived = await talk.text((text) => text.includes('"payload":"doctor"'), answerMs);
  if (arrived !== undefined)
    return { state: "ok", what, text: `a message to oneself took ${msSince(since)}` };
  const refused = await other.text((text) => text.startsWith('{"type":"error"'), 0);
  const text = `a message to oneself has not come back${refused === undefined ? "" : `: ${shown(refused)}`}`;
  return { state: "fail", what, text };
}

/** Says nothing for a while, as people who look at their screens. */
export async function findIdle(talk: Talk, seconds: number): Promise<Finding> {
  const what = "idle";
  if (seconds === 0) return { state: "skip", what, text: "--idle-seconds 0" };
  const since = performance.now();
  const ended = await talk.end(seconds * 1000);
  if (ended === undefined) return { state: "ok", what, text: `still connected after ${seconds} s` };
  const after = Math.round((performance.now() - since) / 1000);
  const text =
    ended.code === 1006
      ? `cut after ${after} s: a proxy in between has a shorter time-out for idle connections; raise it, or lower --ping-seconds`
      : `closed after ${after} s with ${ended.code} ${shown(ended.reason)}`;
  return { state: "fail", what, text };
}
