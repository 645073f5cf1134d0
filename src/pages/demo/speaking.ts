// Who speaks, by how loud they are. Levels go from 0 to 1, which is as loud as there is.

import type { Guest } from "./guest.ts";

const loud = 0.02;
const lookMs = 200;

/** Somebody who pauses for less still speaks. */
const pauseMs = 700;

export class Speaking {
  readonly #guests: () => readonly Guest[];
  readonly #microphone: () => MediaStreamTrack | undefined;
  readonly #changed: () => void;
  readonly #timer: ReturnType<typeof setInterval>;
  /** When each was loud last, by `performance.now()`. */
  readonly #loudAt = new WeakMap<object, number>();
  /** When each receiver got something last: one that gets nothing keeps its last level for seconds. */
  readonly #heardAt = new WeakMap<RTCRtpReceiver, number>();
  isSelf = false;

  /**
   * @param microphone the user's own
   * @param changed is called when somebody begins or ends to speak
   */
  constructor(
    guests: () => readonly Guest[],
    microphone: () => MediaStreamTrack | undefined,
    changed: () => void,
  ) {
    this.#guests = guests;
    this.#microphone = microphone;
    this.#changed = changed;
    this.#timer = setInterval(() => void this.#look(), lookMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const guests = this.#guests();
    let isChanged = false;
    for (const guest of guests) {
      const isSpeaking = this.#isSpeaking(guest, this.#levelOf(guest));
      isChanged ||= isSpeaking !== guest.isSpeaking;
      guest.isSpeaking = isSpeaking;
    }
    const [first] = guests;
    const track = this.#microphone();
    const isOn = first !== undefined && track?.enabled === true;
    const own = isOn ? await ownLevel(first.peer.connection, track) : 0;
    const isSelf = this.#isSpeaking(this, own);
    isChanged ||= isSelf !== this.isSelf;
    this.isSelf = isSelf;
    if (isChanged) this.#changed();
  }

  #isSpeaking(who: object, level: number): boolean {
    if (level > loud) this.#loudAt.set(who, performance.now());
    return performance.now() - (this.#loudAt.get(who) ?? Number.NEGATIVE_INFINITY) < pauseMs;
  }

  /** Of the microphone: a screen may have sound, too. */
  #levelOf({ peer, camera }: Guest): number {
    const microphones = new Set(camera?.getAudioTracks());
    let level = 0;
    for (const receiver of peer.connection.getReceivers()) {
      if (!microphones.has(receiver.track)) continue;
      const [source] = receiver.getSynchronizationSources();
      if (source === undefined || this.#heardAt.get(receiver) === source.timestamp) continue;
      this.#heardAt.set(receiver, source.timestamp);
      level = Math.max(level, source.audioLevel ?? 0);
    }
    return level;
  }
}

/** What goes out over a connection. */
async function ownLevel(connection: RTCPeerConnection, own: MediaStreamTrack): Promise<number> {
  const sender = connection.getSenders().find(({ track }) => track === own);
  try {
    for (const { type, audioLevel } of ((await sender?.getStats()) ?? new Map()).values())
      if (type === "media-source" && typeof audioLevel === "number") return audioLevel;
  } catch {
    // The connection was closed meanwhile.
  }
  return 0;
}
