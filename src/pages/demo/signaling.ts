// A client of the topic protocol: one WebSocket, replaced by a new one whenever it is lost.
// It knows frames, not peers: who is there, and what their payloads mean, is for its user.

/** A peer as the topic shows it. `metadata` is whatever that peer said of itself. */
export interface Member {
  readonly id: string;
  readonly metadata?: unknown;
}

export type SignalType = "offer" | "answer" | "ice-candidate";

/** What the server sends. Payloads come from other peers and are theirs to get wrong. */
export type ServerFrame =
  | { readonly type: "welcome"; readonly selfId: string }
  | { readonly type: "peer-list"; readonly peers?: readonly Member[] }
  | { readonly type: "peer-joined"; readonly peerId: string; readonly metadata?: unknown }
  | { readonly type: "peer-left"; readonly peerId: string }
  | { readonly type: SignalType; readonly from: string; readonly payload?: unknown }
  | { readonly type: "error"; readonly code: string; readonly message: string };

export interface SignalingOptions {
  /** The address of the topic, with its metadata. */
  readonly url: string;
  /** Every frame, in the server's order. A `welcome` begins a new life under a new id. */
  readonly onFrame: (frame: ServerFrame) => void;
  /** The line is lost, with the reason that was given; the next attempt starts in `retryMs`. */
  readonly onLost: (reason: string, retryMs: number) => void;
  /** The first pause before connecting again, doubled each time. Default: 1000. */
  readonly firstRetryMs?: number;
}

const longestRetryMs = 30_000;

/** Connects at once, and again after each loss, until `close` is called. */
export class Signaling {
  readonly #options: SignalingOptions;
  readonly #firstRetryMs: number;
  #socket: WebSocket;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #messages = 0;
  #closed = false;

  constructor(options: SignalingOptions) {
    this.#options = options;
    this.#firstRetryMs = options.firstRetryMs ?? 1000;
    this.#socket = this.#connect();
  }

  /** Sends to one peer. False: there is no line at present, and the message is gone. */
  send(type: SignalType, to: string, payload: unknown): boolean {
    if (this.#socket.readyState !== WebSocket.OPEN) return false;
    this.#messages += 1;
    const msgId = `msg_${Date.now()}_${this.#messages}`;
    this.#socket.send(JSON.stringify({ type, to, payload, msgId }));
    return true;
  }

  /** Leaves the topic for good. No callback comes after this. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#socket.close(1000);
  }

  #connect(): WebSocket {
    const socket = new WebSocket(this.#options.url);
    socket.addEventListener("message", ({ data }) => {
      if (this.#closed) return;
      const frame: ServerFrame = JSON.parse(data);
      if (frame.type === "welcome") this.#failures = 0;
      this.#options.onFrame(frame);
    });
    // A refused connection ends in "close" as well, so "error" needs no listener.
    socket.addEventListener("close", ({ code, reason }) => {
      if (!this.#closed) this.#connectLater(`${code} ${reason}`.trim());
    });
    return socket;
  }

  #connectLater(reason: string): void {
    const retryMs = retryDelay(this.#failures, this.#firstRetryMs);
    this.#failures += 1;
    this.#retry = setTimeout(() => {
      this.#socket = this.#connect();
    }, retryMs);
    this.#options.onLost(reason, retryMs);
  }
}

/** Doubles with each failure, and varies by half so that clients do not return all at once. */
function retryDelay(failures: number, firstRetryMs: number): number {
  const longest = Math.min(firstRetryMs * 2 ** failures, longestRetryMs);
  return longest * (0.5 + Math.random() / 2);
}
