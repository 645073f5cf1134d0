// The types of the client library, as applications see them. This file is also the library's /client.d.ts.

/** Joins a topic. Resolves once the server has said who is there; rejects with a `JoinError`. */
export type Join = (server: string | URL, topic: string, options?: JoinOptions) => Promise<Room>;

export interface JoinOptions {
  /** A token for the server. Asked before each connection, and again when four fifths of the token's time are over. */
  readonly getToken?: () => string | Promise<string>;
  /** Encrypts offers, answers and candidates end to end. All peers of the topic need the same one. */
  readonly password?: string;
  /** Any JSON, at most 4096 bytes as text. The others see it as `peer.metadata`. */
  readonly metadata?: unknown;
  /** Ends joining, and later leaves the room. */
  readonly signal?: AbortSignal;
  /** If unset: the ICE servers that the signaling server gives. */
  readonly iceServers?: readonly RTCIceServer[];
  /** Called before each pause between attempts to connect, also while `join` has not resolved yet. */
  readonly onWaiting?: (waiting: Waiting) => void;
  /** For Node and Bun, which have no WebRTC. */
  readonly RTCPeerConnection?: unknown;
  /** If unset: the global one. */
  readonly WebSocket?: unknown;
}

/** No connection to the server; another attempt follows. */
export interface Waiting {
  /** Code and reason of the last close. 1006 without a reason: the server was not reached. */
  readonly code: number;
  readonly reason: string;
  /** Milliseconds until the next attempt. */
  readonly retryMs: number;
  /** Tries at once. */
  retryNow(): void;
}

/** Why a room could not be joined, or is closed. `code` is the WebSocket's close code; 0 if there was no connection. */
export interface JoinError extends Error {
  readonly code: number;
}

/**
 * `connecting`: not a member yet, or not any more. `away`: the connection to the server is lost, and the membership waits
 * for it; calls and channels go on. `closed`: left, or refused for good.
 */
export type RoomState = "connecting" | "connected" | "away" | "closed";

export interface RoomEvents {
  peer: (peer: Peer) => void;
  left: (peer: Peer) => void;
  state: (state: RoomState) => void;
  /** What went wrong with one signal, one connection, or the whole room (then its state is `closed`). */
  error: (error: Error) => void;
}

export interface Room {
  /** Its id changes if the membership could not be resumed. */
  readonly me: { readonly id: string; readonly metadata: unknown };
  readonly state: RoomState;
  readonly peers: ReadonlyMap<string, Peer>;
  /** @returns a function that stops listening */
  on<Name extends keyof RoomEvents>(name: Name, listener: RoomEvents[Name]): () => void;
  /** The channel of that name; both sides must open it. The options of the first call hold. */
  channel<Value = unknown>(name: string, options?: ChannelOptions): Channel<Value>;
  /** Sends a stream to all peers, also to those who come later. @returns a function that stops it */
  publish(stream: MediaStream): () => void;
  /** Leaves at once and for good, and ends all connections. */
  leave(): void;
}

export interface PeerEvents {
  track: (track: MediaStreamTrack, stream: MediaStream | undefined) => void;
  /** `connection.connectionState` has changed. */
  state: (state: RTCPeerConnectionState) => void;
}

export interface Peer {
  readonly id: string;
  readonly metadata: unknown;
  /** Another one if the peer has begun anew. Leave negotiation to the library. */
  readonly connection: RTCPeerConnection;
  /** @returns a function that stops listening */
  on<Name extends keyof PeerEvents>(name: Name, listener: PeerEvents[Name]): () => void;
  stats(): Promise<PeerStats>;
}

export interface PeerStats {
  /** `relay`: through a TURN server. `undefined`: not connected yet. */
  readonly path: "direct" | "relay" | undefined;
  readonly roundTripMs: number | undefined;
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

export interface ChannelOptions {
  readonly ordered?: boolean;
  /** With this or the next, values are not kept for peers whose channel is not open or not keeping up. */
  readonly maxRetransmits?: number;
  readonly maxPacketLifeTime?: number;
}

export interface ChannelEvents<Value> {
  data: (value: Value, peer: Peer) => void;
  /** Values for this peer are sent at once from now on. */
  open: (peer: Peer) => void;
}

export interface Channel<Value = unknown> {
  /**
   * Sends a value to one peer, or to all: JSON, or an `ArrayBuffer` or a view of one, which arrive as `Uint8Array`.
   * Throws a `TypeError` for what is no JSON, and a `RangeError` for more than 64 MiB.
   * @returns whether the browser has taken all of it for all of them; wait for it before sending much more
   */
  send(value: Value, peer?: Peer): Promise<boolean>;
  /** @returns a function that stops listening */
  on<Name extends keyof ChannelEvents<Value>>(
    name: Name,
    listener: ChannelEvents<Value>[Name],
  ): () => void;
}
