// A client of the topic protocol, over a line that comes back by itself.
// It knows frames, not peers: who is there, and what their payloads mean, is for its user.

import { Line, type LineOptions } from "./line.ts";

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

export interface SignalingOptions extends Omit<LineOptions<ServerFrame>, "onMessage"> {
  /** Every frame, in the server's order. A `welcome` begins a new life under a new id. */
  readonly onFrame: (frame: ServerFrame) => void;
}

/** Connects at once, and again after each loss, until `close` is called. */
export class Signaling {
  readonly #line: Line<ServerFrame>;
  #messages = 0;

  /** `options.url` is the address of the topic, with its metadata. */
  constructor({ onFrame, ...options }: SignalingOptions) {
    this.#line = new Line({ ...options, onMessage: onFrame });
  }

  /** Sends to one peer. False: there is no line at present, and the message is gone. */
  send(type: SignalType, to: string, payload: unknown): boolean {
    this.#messages += 1;
    const msgId = `msg_${Date.now()}_${this.#messages}`;
    return this.#line.send({ type, to, payload, msgId });
  }

  /** Leaves the topic for good. No callback comes after this. */
  close(): void {
    this.#line.close();
  }
}
