// The part of a page on which people meet: their cards, their chat, and the log of what happens.
// Whatever came from other people is put in as text, never as HTML.

import { element } from "./element.ts";
import { appendLine, logLine, type Tone } from "./lines.ts";
import { initialOf, PeerCard } from "./peer-card.ts";

/** What the user can ask for. */
export interface Wishes {
  readonly onSay: (text: string) => void;
  readonly onCamera: () => void;
  /** To be heard no longer, or again. */
  readonly onMute: () => void;
}

export class Gathering {
  readonly #selfName = element("self-name", HTMLElement);
  readonly #selfInitial = element("self-initial", HTMLElement);
  readonly #selfVideo = element("self-video", HTMLVideoElement);
  readonly #camera = element("share-camera", HTMLButtonElement);
  readonly #mute = element("mute", HTMLButtonElement);
  readonly #notice = element("notice", HTMLElement);
  readonly #peers = element("peers", HTMLElement);
  readonly #peerTemplate = element("peer-template", HTMLTemplateElement);
  readonly #chatInput = element("chat-input", HTMLInputElement);
  readonly #chatLog = element("chat-log", HTMLElement);
  readonly #eventLog = element("event-log", HTMLElement);

  constructor(wishes: Wishes) {
    element("chat-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.#chatInput.value.trim();
      this.#chatInput.value = "";
      if (text !== "") wishes.onSay(text);
    });
    this.#camera.addEventListener("click", wishes.onCamera);
    this.#mute.addEventListener("click", wishes.onMute);
  }

  /** The user's own name; empty where there is none. */
  showSelf(name: string): void {
    this.#selfName.textContent = name === "" ? "You" : `${name} (you)`;
    this.#selfInitial.textContent = initialOf(name);
  }

  /** The user's own picture; undefined when nothing is shared. */
  showCamera(stream: MediaStream | undefined): void {
    this.#selfVideo.srcObject = stream ?? null;
    this.#selfVideo.hidden = !stream;
    this.#camera.textContent = stream ? "Stop sharing" : "Share camera";
    this.#camera.ariaPressed = String(stream !== undefined);
    this.#mute.hidden = (stream?.getAudioTracks().length ?? 0) === 0;
    this.showMuted(false);
  }

  showMuted(isMuted: boolean): void {
    this.#mute.textContent = isMuted ? "Unmute" : "Mute";
    this.#mute.ariaPressed = String(isMuted);
  }

  /** Whether there is anybody to share a camera with. */
  allowSharing(isAllowed: boolean): void {
    this.#camera.disabled = !isAllowed;
  }

  /** A friendly line about what did not work; an empty one takes it away. */
  showNotice(text: string): void {
    this.#notice.textContent = text;
  }

  addPeer(id: string, name: string): PeerCard {
    const copy = document.importNode(this.#peerTemplate.content, true);
    const card = element("peer", HTMLElement, copy);
    this.#peers.append(card);
    return new PeerCard(card, id, name);
  }

  addMessage(name: string, text: string): void {
    const author = document.createElement("strong");
    author.textContent = name;
    appendLine(this.#chatLog, author, text);
  }

  /** One line in the log of events; the same line again is counted instead. */
  log(text: string, tone?: Tone): void {
    logLine(this.#eventLog, text, tone);
  }
}
