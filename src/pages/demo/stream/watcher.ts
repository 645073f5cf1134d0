// One who watches: seeks a broadcaster until one offers, and again whenever the picture is lost.
// The protocol has no word for a session that ends, so a lost connection is what tells it.

import type { Tone } from "../../pieces/log.ts";
import { nameOf } from "./broadcaster.ts";
import type { Send, Signal } from "./session.ts";

export type WatchState = "seeking" | "joining" | "playing";

export interface WatcherOptions {
  /** Asked for each connection: credentials may be good for a time only. */
  readonly configuration: () => RTCConfiguration;
  readonly send: Send;
  readonly onState: (state: WatchState) => void;
  readonly onStream: (stream: MediaStream) => void;
  readonly log: (text: string, tone?: Tone) => void;
}

/** Pauses between two seeks: doubled from the first to the longest, as each is a broadcast. */
const [firstSeekMs, longestSeekMs] = [1000, 5000];

/** How long an offer may take to become a picture before another is sought. */
const joinMs = 10_000;

export class Watcher {
  readonly #options: WatcherOptions;
  #source = "";
  #negotiation: string | undefined;
  #connection: RTCPeerConnection | undefined;
  #state: WatchState = "seeking";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: WatcherOptions) {
    this.#options = options;
  }

  /** Seeks at once, and on and on; a picture that plays is left alone. */
  seek(pauseMs = firstSeekMs): void {
    if (this.#state === "playing") return;
    this.#enter("seeking");
    this.#options.send({ type: "webrtc_seek_broadcaster" });
    this.#timer = setTimeout(() => this.seek(Math.min(pauseMs * 2, longestSeekMs)), pauseMs);
  }

  /** Takes a signal from another session. What makes no sense is logged. */
  async receive(signal: Signal, source: string): Promise<void> {
    try {
      if (signal.type === "webrtc_offer")
        await this.#answer(signal.sdp, source, signal.negotiation);
      else if (signal.type === "webrtc_ice" && this.#isFrom(source, signal.negotiation))
        await this.#connection?.addIceCandidate(signal.candidate);
    } catch (error) {
      this.#options.log(`${nameOf(source)}: ${error}`, "error");
    }
  }

  /** The server does not know this session any more: if it was to send a picture, it will not. */
  absent(id: string): void {
    if (id === this.#source && this.#state === "joining") this.seek();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#connection?.close();
    this.#connection = undefined;
  }

  /** The first who offers is watched; another is heard only once that one is lost. */
  async #answer(
    sdp: RTCSessionDescriptionInit,
    source: string,
    negotiation: string | undefined,
  ): Promise<void> {
    if (this.#state !== "seeking" && source !== this.#source) return;
    const { configuration, send, log } = this.#options;
    this.close();
    log(`${nameOf(source)}: offers`);
    const connection = new RTCPeerConnection(configuration());
    this.#source = source;
    this.#negotiation = negotiation;
    this.#connection = connection;
    this.#enter("joining");
    this.#timer = setTimeout(() => this.seek(), joinMs);
    connection.addEventListener("track", ({ streams: [stream] }) => {
      if (stream) this.#options.onStream(stream);
    });
    connection.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate)
        send({ type: "webrtc_ice", candidate: candidate.toJSON(), negotiation }, source);
    });
    connection.addEventListener("connectionstatechange", () => this.#follow(connection));
    connection.addEventListener("datachannel", ({ channel }) => {
      channel.addEventListener("close", () => this.#lose(connection, "ended"));
    });
    await connection.setRemoteDescription(sdp);
    await connection.setLocalDescription();
    const description = connection.localDescription;
    if (description)
      send({ type: "webrtc_answer", sdp: description.toJSON(), negotiation }, source);
  }

  #isFrom(source: string, negotiation: string | undefined): boolean {
    return source === this.#source && negotiation === this.#negotiation;
  }

  #follow(connection: RTCPeerConnection): void {
    const { connectionState: state } = connection;
    if (state === "disconnected" || state === "failed") return this.#lose(connection, state);
    if (state !== "connected" || connection !== this.#connection) return;
    this.#options.log(`${nameOf(this.#source)}: ${state}`, "good");
    this.#enter("playing");
  }

  /** Disconnected may pass: the old connection goes on until somebody has offered. */
  #lose(connection: RTCPeerConnection, how: string): void {
    if (connection !== this.#connection) return;
    this.#options.log(`${nameOf(this.#source)}: ${how}`);
    this.#enter("seeking");
    this.seek();
  }

  #enter(state: WatchState): void {
    clearTimeout(this.#timer);
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onState(state);
  }
}
