// One RTCPeerConnection, and its negotiation: both sides may begin at any time, and the polite one gives way when offers
// cross (https://www.w3.org/TR/webrtc/#perfect-negotiation-example). Offers that get no answer are sent again.

import type { Environment } from "./environment.ts";
import type { Signal, SignalType } from "./frames.ts";

/** How long the impolite side waits for the first offer of the other, so that the first two seldom cross. */
const patienceMs = 1000;

const repeatMs = 5000;
const maxHeldCandidates = 256;

export interface LinkOptions {
  readonly isPolite: boolean;
  readonly configuration: RTCConfiguration;
  /** @param isRepeated whether it may be left out while the server is away */
  readonly send: (type: SignalType, payload: object, isRepeated?: boolean) => void;
  readonly onTrack: (event: RTCTrackEvent) => void;
  readonly onChannel: (channel: RTCDataChannel) => void;
  readonly onState: () => void;
  /** The connection is of no use any more. */
  readonly onBroken: () => void;
  readonly onError: (error: unknown) => void;
}

export class Link {
  readonly connection: RTCPeerConnection;
  readonly #id = crypto.randomUUID().slice(0, 8);
  readonly #options: LinkOptions;
  readonly #environment: Environment;
  /** The peer's link, once known. */
  #other: string | undefined;
  #isMakingOffer = false;
  #isIgnoring = false;
  /** The number of our last offer, and of the offer that we answered last. */
  #offers = 0;
  #answered: unknown;
  #held: RTCIceCandidateInit[] = [];
  #cancelRepeat = () => {};
  #cancelFirst: (() => void) | undefined;

  constructor(options: LinkOptions, environment: Environment) {
    this.#options = options;
    this.#environment = environment;
    const connection = new environment.RTCPeerConnection(options.configuration);
    this.connection = connection;
    connection.addEventListener("negotiationneeded", () => this.#begin());
    connection.addEventListener("signalingstatechange", () => this.#repeatLater());
    connection.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate) this.#send("ice-candidate", plain(candidate));
    });
    connection.addEventListener("track", options.onTrack);
    connection.addEventListener("datachannel", ({ channel }) => options.onChannel(channel));
    connection.addEventListener("connectionstatechange", () => {
      options.onState();
      if (connection.connectionState === "failed") this.#mend();
    });
  }

  /**
   * `stale`: not for this connection. `renewed`: the peer has begun anew, and this connection is over.
   */
  fits(type: SignalType, { link, ...signal }: Signal): "yes" | "stale" | "renewed" {
    const isRenewed = this.#other !== undefined && link !== this.#other;
    const target = (signal as { readonly for?: unknown }).for;
    if (target !== undefined && target !== this.#id) {
      // The peer offers to a connection that is gone. Our offer tells it of this one.
      if (type === "offer" && this.#other === undefined) this.announce();
      return "stale";
    }
    if (!isRenewed) return "yes";
    return type === "offer" ? "renewed" : "stale";
  }

  /** Takes a signal that fits. They must be given one after the other. */
  async receive(type: SignalType, signal: Signal): Promise<void> {
    this.#other ??= signal.link;
    try {
      if ("candidate" in signal) await this.#addCandidate(signal);
      else if (type === "offer") await this.#takeOffer(signal);
      else await this.#takeAnswer(signal);
    } catch (error) {
      if (this.connection.signalingState !== "closed") this.#options.onError(error);
    }
  }

  /** Makes an offer, though there may be nothing to send. */
  announce(): void {
    this.connection.createDataChannel("");
  }

  /** Sends an offer again that has no answer. */
  repeat(): void {
    if (this.connection.signalingState === "have-local-offer") this.#describe(true);
  }

  configure(configuration: RTCConfiguration): void {
    this.connection.setConfiguration({ ...this.connection.getConfiguration(), ...configuration });
  }

  close(): void {
    this.#cancelRepeat();
    this.#cancelFirst?.();
    this.connection.close();
  }

  /** Another path does not help where the two could not agree on keys (DTLS). */
  #mend(): void {
    const { iceConnectionState } = this.connection;
    const hasPath = iceConnectionState === "connected" || iceConnectionState === "completed";
    if (hasPath) this.#options.onBroken();
    else this.connection.restartIce();
  }

  #begin(): void {
    const { isPolite } = this.#options;
    if (isPolite || this.connection.remoteDescription !== null) return void this.#offer();
    this.#cancelFirst ??= this.#environment.after(patienceMs, () => {
      if (this.connection.remoteDescription === null) void this.#offer();
    });
  }

  async #offer(): Promise<void> {
    try {
      this.#isMakingOffer = true;
      this.#offers++;
      await this.connection.setLocalDescription();
      if (this.connection.localDescription?.type === "offer") this.#describe();
    } catch (error) {
      if (this.connection.signalingState !== "closed") this.#options.onError(error);
    } finally {
      this.#isMakingOffer = false;
    }
  }

  async #takeOffer(signal: Signal & { readonly sdp: string }): Promise<void> {
    const { connection } = this;
    const number = (signal as { readonly n?: unknown }).n;
    const isReady = !this.#isMakingOffer && connection.signalingState === "stable";
    if (isReady && number !== undefined && number === this.#answered) return this.#describe();
    this.#isIgnoring = !isReady && !this.#options.isPolite;
    if (this.#isIgnoring) return;
    await connection.setRemoteDescription({ type: "offer", sdp: signal.sdp });
    await this.#addHeld();
    await connection.setLocalDescription();
    this.#answered = number;
    this.#describe();
  }

  async #takeAnswer(signal: Signal & { readonly sdp: string }): Promise<void> {
    const { n = this.#offers } = signal as { readonly n?: unknown };
    // Only to the last offer: one that was sent twice may be answered twice.
    if (n !== this.#offers || this.connection.signalingState !== "have-local-offer") return;
    await this.connection.setRemoteDescription({ type: "answer", sdp: signal.sdp });
    await this.#addHeld();
  }

  async #addCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    if (this.connection.remoteDescription === null) {
      if (this.#held.length < maxHeldCandidates) this.#held.push(candidate);
      return;
    }
    try {
      await this.connection.addIceCandidate(candidate);
    } catch (error) {
      // Candidates of an offer that was ignored belong to nothing here.
      if (!this.#isIgnoring) throw error;
    }
  }

  async #addHeld(): Promise<void> {
    for (const candidate of this.#held.splice(0)) await this.#addCandidate(candidate);
  }

  #describe(isRepeated = false): void {
    const description = this.connection.localDescription;
    if (description?.type !== "offer" && description?.type !== "answer") return;
    const { type, sdp } = description;
    this.#send(
      type,
      { type, sdp, n: type === "offer" ? this.#offers : this.#answered },
      isRepeated,
    );
  }

  #send(type: SignalType, signal: object, isRepeated = false): void {
    this.#options.send(type, { ...signal, link: this.#id, for: this.#other }, isRepeated);
  }

  #repeatLater(): void {
    this.#cancelRepeat();
    if (this.connection.signalingState !== "have-local-offer") return;
    this.#cancelRepeat = this.#environment.after(repeatMs, () => {
      this.repeat();
      this.#repeatLater();
    });
  }
}

const plain = (candidate: RTCIceCandidate): RTCIceCandidateInit =>
  typeof candidate.toJSON === "function" ? candidate.toJSON() : candidate;
