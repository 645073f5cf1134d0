// A client of the session protocol, over a line that comes back by itself, under a new id each time.
// It knows messages and their sources; what they are about is for its user.

import { Line, type LineOptions } from "../line.ts";

/**
 * What sessions say to each other. The rest of a signal is its sender's to get wrong.
 * An offer may name its negotiation; answer and candidates then name the same, so that none is taken for
 * another's when a session is offered something twice. Clients of other makes name none.
 */
export type Signal =
  | { readonly type: "webrtc_seek_broadcaster" | "request_offer" }
  | (Negotiating & {
      readonly type: "webrtc_offer" | "webrtc_answer";
      readonly sdp: RTCSessionDescriptionInit;
    })
  | (Negotiating & { readonly type: "webrtc_ice"; readonly candidate: RTCIceCandidateInit });

interface Negotiating {
  readonly negotiation?: string | undefined;
}

type ServerMessage =
  | { readonly type: "connected"; readonly sessionId: string }
  | { readonly type: "error"; readonly error: string; readonly errorCode: string }
  | (Signal & { readonly sourceSession: string });

/** Sends to one session, or to all others. */
export type Send = (signal: Signal, targetSession?: string) => void;

export interface SessionOptions extends Omit<LineOptions<ServerMessage>, "onMessage"> {
  /** The server knows this page now, by this id. */
  readonly onBegin: (id: string) => void;
  readonly onSignal: (signal: Signal, source: string) => void;
  /** The server refused something; `absent` is the session that is not there, if that is why. */
  readonly onError: (text: string, absent: string | undefined) => void;
}

/** Connects at once, and again after each loss, until `close` is called. */
export class Session {
  readonly #options: SessionOptions;
  readonly #line: Line<ServerMessage>;
  #id = "";

  constructor(options: SessionOptions) {
    this.#options = options;
    const onMessage = (message: ServerMessage) => this.#receive(message);
    this.#line = new Line({ ...options, onMessage });
  }

  readonly send: Send = (signal, targetSession) => {
    this.#line.send({ ...signal, targetSession, deviceId: this.#id, timestamp: Date.now() });
  };

  close(): void {
    this.#line.close();
  }

  #receive(message: ServerMessage): void {
    switch (message.type) {
      case "connected":
        this.#id = message.sessionId;
        return this.#options.onBegin(message.sessionId);
      case "error": {
        const isAbsent = message.errorCode === "TARGET_NOT_FOUND";
        const absent = isAbsent ? message.error.split(": ").at(-1) : undefined;
        return this.#options.onError(message.error, absent);
      }
      default:
        return this.#options.onSignal(message, message.sourceSession);
    }
  }
}
