// Somebody else in the room, as the page shows it.

import type { Peer } from "../../client/api.ts";
import { nameOf } from "./names.ts";
import { type Path, selectedPath } from "./path.ts";

/** How far the connection has come. */
export type Step = "joined" | "connecting" | "connected" | "failed";

/** What a peer says of what it shares. */
export interface About {
  /** Id of the stream that is its screen; empty if it shares none. */
  readonly screen: string;
  readonly isMuted: boolean;
  /** Whether its camera shows nothing. */
  readonly isDark: boolean;
}

const steps: Readonly<Record<RTCPeerConnectionState, Step>> = {
  new: "joined",
  connecting: "connecting",
  // Until there is a channel to it.
  connected: "connecting",
  disconnected: "connecting",
  failed: "failed",
  closed: "failed",
};

const nothing: About = { screen: "", isMuted: false, isDark: false };

export class Guest {
  readonly peer: Peer;
  readonly name: string;
  readonly #changed: () => void;
  readonly #replaced: () => void;
  readonly #streams = new Map<string, MediaStream>();
  #connection: RTCPeerConnection;
  /** The connection over which there is a channel to it. */
  #reached: RTCPeerConnection | undefined;
  path: Path | undefined;
  about = nothing;
  isSpeaking = false;

  /** @param replaced is called when another connection has taken the place of the one before */
  constructor(peer: Peer, changed: () => void, replaced: () => void) {
    this.peer = peer;
    this.name = nameOf(peer.id, peer.metadata);
    this.#changed = changed;
    this.#replaced = replaced;
    this.#connection = peer.connection;
    peer.on("state", () => this.#follow());
    peer.on("track", (_track, stream) => {
      if (stream !== undefined) this.#show(stream);
    });
  }

  /** Whether messages reach it. */
  get isReached(): boolean {
    return this.#reached === this.peer.connection;
  }

  get step(): Step {
    const state = this.peer.connection.connectionState;
    return state === "connected" && this.isReached ? "connected" : steps[state];
  }

  get screen(): MediaStream | undefined {
    return this.#streams.get(this.about.screen);
  }

  /** The camera, with the microphone. */
  get camera(): MediaStream | undefined {
    return [...this.#streams.values()].find(({ id }) => id !== this.about.screen);
  }

  get hasPicture(): boolean {
    return !this.about.isDark && (this.camera?.getVideoTracks().length ?? 0) > 0;
  }

  /** There is a channel to it. @returns the path that its packets take, once that is known */
  async reach(): Promise<Path | undefined> {
    this.#follow();
    this.#reached = this.peer.connection;
    this.#changed();
    this.path = await selectedPath(this.peer.connection);
    this.#changed();
    return this.path;
  }

  /** @param value as the peer has sent it */
  tell(value: unknown): void {
    const { screen, isMuted, isDark } = Object(value);
    this.about = {
      // Ids of streams have 36 letters.
      screen: typeof screen === "string" && screen.length < 256 ? screen : "",
      isMuted: isMuted === true,
      isDark: isDark === true,
    };
    this.#changed();
  }

  /** What came over a connection that another has replaced is gone. */
  #follow(): void {
    const { connection } = this.peer;
    if (connection !== this.#connection) {
      this.#connection = connection;
      this.#streams.clear();
      this.about = nothing;
      this.path = undefined;
      this.#replaced();
    }
    this.#changed();
  }

  #show(stream: MediaStream): void {
    this.#follow();
    this.#streams.set(stream.id, stream);
    stream.addEventListener("removetrack", () => {
      if (stream.getTracks().length === 0 && this.#streams.get(stream.id) === stream)
        this.#streams.delete(stream.id);
      this.#changed();
    });
  }
}
