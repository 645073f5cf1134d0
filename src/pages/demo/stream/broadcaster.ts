// One who broadcasts: whoever seeks gets an offer, and a connection, of its own.

import type { Tone } from "../../pieces/log.ts";
import type { Send, Signal } from "./session.ts";

export interface BroadcasterOptions {
  readonly stream: MediaStream;
  /** Asked for each connection: credentials may be good for a time only. */
  readonly configuration: () => RTCConfiguration;
  readonly send: Send;
  /** How many are connected now. */
  readonly onViewers: (count: number) => void;
  readonly log: (text: string, tone?: Tone) => void;
}

/** What one session was offered last. */
interface Viewer {
  readonly connection: RTCPeerConnection;
  readonly negotiation: string;
}

/** Broadcasts one stream until `close`. */
export class Broadcaster {
  readonly #options: BroadcasterOptions;
  readonly #viewers = new Map<string, Viewer>();

  constructor(options: BroadcasterOptions) {
    this.#options = options;
  }

  /** The sessions that were offered the stream. */
  get viewers(): readonly string[] {
    return [...this.#viewers.keys()];
  }

  /** Takes a signal from another session. What makes no sense is logged. */
  async receive(signal: Signal, source: string): Promise<void> {
    try {
      switch (signal.type) {
        case "webrtc_seek_broadcaster":
        case "request_offer":
          return await this.offer(source);
        case "webrtc_answer":
          return await this.#connection(source, signal)?.setRemoteDescription(signal.sdp);
        case "webrtc_ice":
          return await this.#connection(source, signal)?.addIceCandidate(signal.candidate);
        case "webrtc_offer":
          // Of somebody else who broadcasts, to all: not for this one.
          return;
        default:
          signal satisfies never;
      }
    } catch (error) {
      // What was under way when a connection closed fails by that.
      if (this.#viewers.has(source)) this.#options.log(`${nameOf(source)}: ${error}`, "error");
    }
  }

  /** The server does not know this session any more: a connection in the making comes to nothing. */
  absent(id: string): void {
    if (this.#viewers.get(id)?.connection.connectionState !== "connected") this.#drop(id);
  }

  close(): void {
    for (const id of this.viewers) this.#drop(id);
  }

  /** Begins anew with one session. */
  async offer(id: string): Promise<void> {
    const { stream, configuration, send, log } = this.#options;
    this.#drop(id);
    log(`${nameOf(id)}: offer sent`);
    const connection = new RTCPeerConnection(configuration());
    const negotiation = crypto.getRandomValues(new Uint32Array(2)).join("-");
    this.#viewers.set(id, { connection, negotiation });
    for (const track of stream.getTracks()) connection.addTrack(track, stream);
    // Nothing is said over it: that it closes tells the other side at once what else takes seconds.
    connection.createDataChannel("presence");
    connection.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate) send({ type: "webrtc_ice", candidate: candidate.toJSON(), negotiation }, id);
    });
    connection.addEventListener("connectionstatechange", () => this.#follow(id, connection));
    await connection.setLocalDescription();
    const description = connection.localDescription;
    if (description) send({ type: "webrtc_offer", sdp: description.toJSON(), negotiation }, id);
  }

  /** What a signal is about: nothing, where it answers an offer that another has replaced. */
  #connection(
    id: string,
    { negotiation }: { readonly negotiation?: string | undefined },
  ): RTCPeerConnection | undefined {
    const viewer = this.#viewers.get(id);
    const isCurrent = negotiation === undefined || negotiation === viewer?.negotiation;
    return isCurrent ? viewer?.connection : undefined;
  }

  #follow(id: string, connection: RTCPeerConnection): void {
    const { connectionState: state } = connection;
    this.#options.log(`${nameOf(id)}: ${state}`, state === "connected" ? "good" : undefined);
    if (state === "failed" && this.#viewers.get(id)?.connection === connection) this.#drop(id);
    this.#count();
  }

  #drop(id: string): void {
    this.#viewers.get(id)?.connection.close();
    this.#viewers.delete(id);
    this.#count();
  }

  #count(): void {
    const states = [...this.#viewers.values()].map(({ connection }) => connection.connectionState);
    this.#options.onViewers(states.filter((state) => state === "connected").length);
  }
}

/** Short enough for a line of the log. */
export const nameOf = (id: string): string => `…${id.slice(-6)}`;
