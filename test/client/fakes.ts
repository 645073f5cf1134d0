// A platform for the client library whose sockets, clock and connections a test plays.

import type { Environment } from "../../src/client/environment.ts";

export class FakeSocket extends EventTarget {
  readonly url: URL;
  readonly protocols: readonly string[];
  readonly sent: unknown[] = [];
  /** The code that the client has closed it with. */
  closedWith: number | undefined;

  constructor(url: string, protocols: readonly string[] = []) {
    super();
    this.url = new URL(url);
    this.protocols = protocols;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(code: number): void {
    this.closedWith ??= code;
  }

  says(...frames: readonly object[]): void {
    for (const frame of frames)
      this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(frame) }));
  }

  ends(code: number, reason = ""): void {
    this.dispatchEvent(Object.assign(new Event("close"), { code, reason }));
  }
}

/** Negotiates nothing by itself. */
export class FakeConnection extends EventTarget {
  static readonly all: FakeConnection[] = [];
  signalingState = "stable";
  connectionState = "new";
  iceConnectionState = "new";
  localDescription: { type: string; sdp: string } | null = null;
  remoteDescription: { type: string; sdp: string } | null = null;
  configuration: RTCConfiguration;
  readonly candidates: unknown[] = [];
  readonly labels: string[] = [];
  restarts = 0;

  constructor(configuration: RTCConfiguration) {
    super();
    this.configuration = configuration;
    FakeConnection.all.push(this);
  }

  createDataChannel(label: string): EventTarget {
    this.labels.push(label);
    return Object.assign(new EventTarget(), { readyState: "connecting", bufferedAmount: 0 });
  }

  needNegotiation(): void {
    this.dispatchEvent(new Event("negotiationneeded"));
  }

  async setLocalDescription(): Promise<void> {
    const type = this.signalingState === "have-remote-offer" ? "answer" : "offer";
    this.localDescription = { type, sdp: `our ${type}` };
    this.#become(type === "offer" ? "have-local-offer" : "stable");
  }

  async setRemoteDescription(description: { type: string; sdp: string }): Promise<void> {
    this.remoteDescription = description;
    this.#become(description.type === "offer" ? "have-remote-offer" : "stable");
  }

  async addIceCandidate(candidate: unknown): Promise<void> {
    if (this.remoteDescription === null) throw new Error("a candidate before a description");
    this.candidates.push(candidate);
  }

  becomes(state: string): void {
    this.connectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }

  restartIce(): void {
    this.restarts++;
  }

  getConfiguration(): RTCConfiguration {
    return this.configuration;
  }

  setConfiguration(configuration: RTCConfiguration): void {
    this.configuration = configuration;
  }

  async getStats(): Promise<Map<string, object>> {
    return new Map([
      ["t", { id: "t", type: "transport", selectedCandidatePairId: "p" }],
      ["p", { id: "p", type: "candidate-pair", localCandidateId: "l", remoteCandidateId: "r" }],
      ["l", { id: "l", type: "local-candidate", candidateType: "relay" }],
      ["r", { id: "r", type: "remote-candidate", candidateType: "host" }],
    ]);
  }

  getSenders(): readonly object[] {
    return [];
  }

  close(): void {
    this.connectionState = "closed";
    this.signalingState = "closed";
  }

  #become(state: string): void {
    this.signalingState = state;
    this.dispatchEvent(new Event("signalingstatechange"));
  }
}

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

export class FakePlatform implements Environment {
  readonly WebSocket: Environment["WebSocket"];
  readonly RTCPeerConnection = FakeConnection as never as Environment["RTCPeerConnection"];
  readonly sockets: FakeSocket[] = [];
  #now = 0;
  #timers = new Set<Timer>();
  #network = new Set<() => void>();
  #visible = new Set<() => void>();

  constructor() {
    const { sockets } = this;
    this.WebSocket = class extends FakeSocket {
      constructor(url: string, protocols: readonly string[]) {
        super(url, protocols);
        sockets.push(this);
      }
    } as never as Environment["WebSocket"];
  }

  /** The socket that was opened last. */
  get socket(): FakeSocket {
    return this.sockets.at(-1)!;
  }

  now(): number {
    return this.#now;
  }

  random(): number {
    return 0.5;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  onNetwork(run: () => void): () => void {
    this.#network.add(run);
    return () => this.#network.delete(run);
  }

  onVisible(run: () => void): () => void {
    this.#visible.add(run);
    return () => this.#visible.delete(run);
  }

  /** Lets time pass, timer by timer. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#now = due.at;
      this.#timers.delete(due);
      due.run();
      await settled();
    }
    this.#now = end;
    await settled();
  }

  async changeNetwork(): Promise<void> {
    for (const run of [...this.#network]) run();
    await settled();
  }

  async show(): Promise<void> {
    for (const run of [...this.#visible]) run();
    await settled();
  }
}

/** All that follows of what has happened has happened. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
