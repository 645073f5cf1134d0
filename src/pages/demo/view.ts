// The page as its script sees it: what the user typed and wants, and what there is to show.
// Whatever came from other people is put in as text, never as HTML.

import { element } from "./element.ts";
import { appendLine, logLine, type Tone } from "./lines.ts";
import { offerCopy, showLink } from "./link.ts";
import { initialOf, PeerCard } from "./peer-card.ts";

/** What the user can ask for. */
export interface Wishes {
  readonly onJoin: () => void;
  readonly onLeave: () => void;
  /** Topic, name or ICE servers have changed. */
  readonly onChange: () => void;
  readonly onSay: (text: string) => void;
  readonly onCamera: () => void;
}

export class View {
  readonly #topic = element("topic", HTMLInputElement);
  readonly #name = element("name", HTMLInputElement);
  readonly #iceServers = element("ice-servers", HTMLTextAreaElement);
  readonly #join = element("join", HTMLButtonElement);
  readonly #status = element("status", HTMLElement);
  readonly #selfId = element("self-id", HTMLElement);
  readonly #selfName = element("self-name", HTMLElement);
  readonly #selfInitial = element("self-initial", HTMLElement);
  readonly #selfVideo = element("self-video", HTMLVideoElement);
  readonly #camera = element("share-camera", HTMLButtonElement);
  readonly #notice = element("notice", HTMLElement);
  readonly #peers = element("peers", HTMLElement);
  readonly #peerTemplate = element("peer-template", HTMLTemplateElement);
  readonly #chatInput = element("chat-input", HTMLInputElement);
  readonly #chatLog = element("chat-log", HTMLElement);
  readonly #eventLog = element("event-log", HTMLElement);
  #isJoined = false;

  constructor(wishes: Wishes) {
    element("join-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      wishes.onJoin();
    });
    this.#join.addEventListener("click", (event) => {
      if (!this.#isJoined) return;
      event.preventDefault();
      wishes.onLeave();
    });
    for (const field of [this.#topic, this.#name, this.#iceServers]) {
      field.addEventListener("change", wishes.onChange);
    }
    element("chat-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.#chatInput.value.trim();
      this.#chatInput.value = "";
      if (text !== "") wishes.onSay(text);
    });
    this.#camera.addEventListener("click", wishes.onCamera);
    offerCopy();
  }

  get topic(): string {
    return this.#topic.value.trim();
  }

  set topic(topic: string) {
    this.#topic.value = topic;
  }

  get name(): string {
    return this.#name.value.trim();
  }

  set name(name: string) {
    this.#name.value = name;
  }

  get iceServers(): string {
    return this.#iceServers.value;
  }

  /** Joined or not, in a few words; `selfId` while the server knows this page. */
  showStatus(isJoined: boolean, text: string, selfId = ""): void {
    this.#isJoined = isJoined;
    this.#join.textContent = isJoined ? "Leave" : "Join";
    // Enter in a field presses the form's submit button, and must never mean Leave.
    this.#join.type = isJoined ? "button" : "submit";
    this.#status.textContent = text;
    this.#selfId.textContent = selfId;
    this.#selfName.textContent = this.name === "" ? "You" : `${this.name} (you)`;
    this.#selfInitial.textContent = initialOf(this.name);
  }

  /** The link to share, shown where it can be copied. */
  showLink(link: string): void {
    showLink(link);
  }

  /** The user's own picture; undefined when nothing is shared. */
  showCamera(stream: MediaStream | undefined): void {
    this.#selfVideo.srcObject = stream ?? null;
    this.#selfVideo.hidden = !stream;
    this.#camera.textContent = stream ? "Stop sharing" : "Share camera";
    this.#camera.ariaPressed = String(stream !== undefined);
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
