// A WebSocket to the server that is replaced by a new one whenever it is lost. What is said over it, and
// what has to be said again after a loss, is for its user.

import type { Waiting } from "../../client/api.ts";
import { retryDelay } from "../pieces/retry-delay.ts";

/** `Message` is what the server is known to send: it is the page's own. */
export interface LineOptions<Message> {
  readonly url: string;
  /** Every message of the server, parsed, in the server's order. */
  readonly onMessage: (message: Message) => void;
  /** The line is lost; another attempt follows. */
  readonly onWaiting: (waiting: Waiting) => void;
  /** The server closed with a code that says not to come back as before: that is the end of this line. */
  readonly onRefused: (reason: string) => void;
  /** The first pause before connecting again, doubled each time. Default: 1000. */
  readonly firstRetryMs?: number;
}

/** A breach of policy, as RFC 6455 calls it; a token that is over; a token that is not good. */
const refusalCodes: ReadonlySet<number> = new Set([1008, 4001, 4003]);

/** Connects at once, and again after each loss, until `close` is called. */
export class Line<Message> {
  readonly #options: LineOptions<Message>;
  readonly #firstRetryMs: number;
  #socket: WebSocket;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #closed = false;

  constructor(options: LineOptions<Message>) {
    this.#options = options;
    this.#firstRetryMs = options.firstRetryMs ?? 1000;
    this.#socket = this.#connect();
  }

  /** Sends as JSON. False: there is no line at present, and the message is gone. */
  send(message: object): boolean {
    if (this.#socket.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Ends the line for good. No callback comes after this. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#socket.close(1000);
  }

  #connect(): WebSocket {
    const socket = new WebSocket(this.#options.url);
    socket.addEventListener("message", ({ data }) => {
      if (this.#closed) return;
      // Only now: a server that is full accepts a socket and closes it without a word.
      this.#failures = 0;
      this.#options.onMessage(JSON.parse(data));
    });
    // A refused connection ends in "close" as well, so "error" needs no listener.
    socket.addEventListener("close", ({ code, reason }) => {
      if (this.#closed) return;
      if (!refusalCodes.has(code)) return this.#connectLater(code, reason);
      this.#closed = true;
      this.#options.onRefused(reason);
    });
    return socket;
  }

  #connectLater(code: number, reason: string): void {
    const retryMs = retryDelay(this.#failures, this.#firstRetryMs);
    this.#failures += 1;
    const lost = this.#socket;
    const retryNow = () => {
      clearTimeout(this.#retry);
      if (!this.#closed && this.#socket === lost) this.#socket = this.#connect();
    };
    this.#retry = setTimeout(retryNow, retryMs);
    this.#options.onWaiting({ code, reason, retryMs, retryNow });
  }
}
