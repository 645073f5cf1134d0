// The connection to one peer: a chat channel, and the camera when it is shared.
// Both sides may renegotiate at any time. When their offers cross, the polite one gives way:
// "perfect negotiation", https://www.w3.org/TR/webrtc/#perfect-negotiation-example

import { type Path, selectedPath } from "./path.ts";
import type { SignalType } from "./people.ts";

/** How far the connection has come, in words for people. */
export type Step =
  | "joined"
  | "offer sent"
  | "offer received"
  | "answer sent"
  | "answer received"
  | "connecting"
  | "connected"
  | "failed";

export interface ConnectionOptions {
  /** The polite side also makes the first offer. Exactly one of the two must be polite. */
  readonly polite: boolean;
  readonly configuration: RTCConfiguration;
  readonly send: (type: SignalType, payload: object) => void;
  readonly onStep: (step: Step) => void;
  readonly onPath: (path: Path) => void;
  readonly onMessage: (text: string) => void;
  /** What the peer shares now, or undefined if it stopped. */
  readonly onStream: (stream: MediaStream | undefined) => void;
  readonly onError: (error: unknown) => void;
}

/** One peer's connection, from the first offer until `close`. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #connection: RTCPeerConnection;
  #channel: RTCDataChannel | undefined;
  #stream: MediaStream | undefined;
  #step: Step = "joined";
  #path: Path | undefined;
  #makingOffer = false;
  #ignoreOffer = false;
  #isSettingRemoteAnswerPending = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#connection = new RTCPeerConnection(options.configuration);
    this.#listen(this.#connection);
    // Creating the channel is what makes the first offer due.
    if (options.polite) this.#use(this.#connection.createDataChannel("chat"));
  }

  /** Takes a signal from the peer. What it cannot make sense of goes to `onError`. */
  async receive(type: SignalType, payload: unknown): Promise<void> {
    try {
      if (type === "ice-candidate") await this.#addCandidate(payload);
      else await this.#describe(type, payload);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Sends a chat message. False: the channel is not open. */
  sendMessage(text: string): boolean {
    if (this.#channel?.readyState !== "open") return false;
    this.#channel.send(text);
    return true;
  }

  /** Shares `stream` in place of what was shared before; undefined stops sharing. */
  share(stream: MediaStream | undefined): void {
    for (const sender of this.#connection.getSenders()) {
      if (sender.track) this.#connection.removeTrack(sender);
    }
    if (!stream) return;
    for (const track of stream.getTracks()) this.#connection.addTrack(track, stream);
  }

  close(): void {
    this.#connection.close();
  }

  #listen(connection: RTCPeerConnection): void {
    connection.addEventListener("negotiationneeded", () => this.#offer());
    connection.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate) this.#options.send("ice-candidate", candidate.toJSON());
    });
    connection.addEventListener("connectionstatechange", () => this.#followConnection());
    connection.addEventListener("datachannel", ({ channel }) => this.#use(channel));
    connection.addEventListener("track", ({ streams: [stream] }) => {
      if (stream) this.#show(stream);
    });
  }

  async #offer(): Promise<void> {
    try {
      this.#makingOffer = true;
      await this.#connection.setLocalDescription();
      this.#sendDescription();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#makingOffer = false;
    }
  }

  async #describe(type: "offer" | "answer", payload: unknown): Promise<void> {
    const connection = this.#connection;
    const isReadyForOffer =
      !this.#makingOffer &&
      (connection.signalingState === "stable" || this.#isSettingRemoteAnswerPending);
    this.#ignoreOffer = type === "offer" && !isReadyForOffer && !this.#options.polite;
    if (this.#ignoreOffer) return;

    if (!has(payload, "sdp")) throw new TypeError(`an ${type} without a description`);
    this.#advance(`${type} received`);
    this.#isSettingRemoteAnswerPending = type === "answer";
    try {
      await connection.setRemoteDescription({ type, sdp: payload.sdp });
    } finally {
      this.#isSettingRemoteAnswerPending = false;
    }
    if (type === "answer") return;
    await connection.setLocalDescription();
    this.#sendDescription();
  }

  #sendDescription(): void {
    const description = this.#connection.localDescription;
    if (description?.type !== "offer" && description?.type !== "answer") return;
    this.#options.send(description.type, description.toJSON());
    this.#advance(`${description.type} sent`);
  }

  async #addCandidate(payload: unknown): Promise<void> {
    if (!has(payload, "candidate")) throw new TypeError("a candidate without text");
    try {
      await this.#connection.addIceCandidate(payload);
    } catch (error) {
      // Candidates of an offer that was ignored belong to nothing here.
      if (!this.#ignoreOffer) throw error;
    }
  }

  #use(channel: RTCDataChannel): void {
    this.#channel = channel;
    channel.addEventListener("open", () => {
      this.#followConnection();
      // Another pair of candidates can take over at any time.
      const transport = this.#connection.sctp?.transport.iceTransport;
      transport?.addEventListener("selectedcandidatepairchange", () => this.#findPath());
    });
    channel.addEventListener("message", ({ data }) => {
      if (typeof data === "string") this.#options.onMessage(data);
    });
  }

  /** Sound and picture arrive as two tracks of one stream, and leave as two. */
  #show(stream: MediaStream): void {
    if (stream === this.#stream) return;
    this.#stream = stream;
    this.#options.onStream(stream);
    stream.addEventListener("removetrack", () => {
      if (stream !== this.#stream || stream.getTracks().length > 0) return;
      this.#stream = undefined;
      this.#options.onStream(undefined);
    });
  }

  #followConnection(): void {
    const state = this.#connection.connectionState;
    if (state === "connected" && this.#channel?.readyState === "open") {
      this.#setStep("connected");
      this.#findPath();
    } else if (state === "failed") {
      this.#setStep("failed");
      if (this.#options.polite) this.#connection.restartIce();
    } else if (this.#step !== "failed" && state !== "new" && state !== "closed") {
      // After a failure it stays failed, for all its further attempts, until one succeeds.
      this.#setStep("connecting");
    }
  }

  /** Shows the course of the first negotiation; later ones run beside a connection that stands. */
  #advance(step: Step): void {
    if (this.#connection.connectionState === "new") this.#setStep(step);
  }

  /** What was under way when the connection closed fails by that, which is nobody's error. */
  #fail(error: unknown): void {
    if (this.#connection.signalingState !== "closed") this.#options.onError(error);
  }

  #setStep(step: Step): void {
    if (this.#step === step) return;
    this.#step = step;
    this.#path = undefined;
    this.#options.onStep(step);
  }

  async #findPath(): Promise<void> {
    const path = await selectedPath(this.#connection);
    if (!path || isSame(path, this.#path)) return;
    this.#path = path;
    this.#options.onPath(path);
  }
}

function isSame(a: Path, b: Path | undefined): boolean {
  return a.kind === b?.kind && a.local === b.local && a.remote === b.remote;
}

function has<Key extends string>(value: unknown, key: Key): value is Record<Key, string> {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, key) === "string";
}
