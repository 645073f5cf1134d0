// What the user shares: the camera with the microphone, and the screen.

import { type Captured, openCamera, openScreen } from "./camera.ts";

type Kind = "camera" | "screen";

const openers: Readonly<Record<Kind, () => Promise<Captured>>> = {
  camera: openCamera,
  screen: openScreen,
};

export class Sharing {
  readonly #changed: () => void;
  readonly #streams = new Map<Kind, MediaStream>();
  /** Grows when everything is stopped: what the user allows after that is not shared. */
  #stops = 0;

  /** @param changed is called after each change */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get camera(): MediaStream | undefined {
    return this.#streams.get("camera");
  }

  get screen(): MediaStream | undefined {
    return this.#streams.get("screen");
  }

  get hasSound(): boolean {
    return this.#sound.length > 0;
  }

  get hasPicture(): boolean {
    return this.#picture.length > 0;
  }

  get isMuted(): boolean {
    return this.hasSound && this.#sound.every(({ enabled }) => !enabled);
  }

  /** Whether the camera is shared and shows nothing. */
  get isDark(): boolean {
    return this.hasPicture && this.#picture.every(({ enabled }) => !enabled);
  }

  /** Shares the camera or the screen, or stops that. @returns why it is not shared; empty if it is */
  async toggle(kind: Kind): Promise<string> {
    if (this.#streams.has(kind)) {
      this.#stop(kind);
      return "";
    }
    const stops = this.#stops;
    const answer = await openers[kind]();
    if ("refusal" in answer) return answer.refusal;
    const { stream } = answer;
    if (stops !== this.#stops || this.#streams.has(kind)) {
      for (const track of stream.getTracks()) track.stop();
      return "";
    }
    this.#streams.set(kind, stream);
    // Unplugged, or taken back in the browser's own controls.
    for (const track of stream.getTracks())
      track.addEventListener("ended", () => {
        if (this.#streams.get(kind) === stream) this.#stop(kind);
      });
    this.#changed();
    return "";
  }

  /** The microphone: to be heard no longer, or again. */
  toggleSound(): void {
    turn(this.#sound, this.isMuted);
    this.#changed();
  }

  /** The camera's picture. The browser shows black in its place; the others are told. */
  togglePicture(): void {
    turn(this.#picture, this.isDark);
    this.#changed();
  }

  stop(): void {
    this.#stops++;
    for (const kind of [...this.#streams.keys()]) this.#stop(kind);
  }

  get #sound(): readonly MediaStreamTrack[] {
    return this.camera?.getAudioTracks() ?? [];
  }

  get #picture(): readonly MediaStreamTrack[] {
    return this.camera?.getVideoTracks() ?? [];
  }

  #stop(kind: Kind): void {
    for (const track of this.#streams.get(kind)?.getTracks() ?? []) track.stop();
    this.#streams.delete(kind);
    this.#changed();
  }
}

function turn(tracks: readonly MediaStreamTrack[], isOn: boolean): void {
  for (const track of tracks) track.enabled = isOn;
}
