// One person's card: picture or initial, name, and how far the connection has come.

import type { Step } from "./connection.ts";
import { element } from "./element.ts";
import type { Path } from "./path.ts";

/** The steps in fewer words, for styles and tests. */
const states: Readonly<Record<Step, "joined" | "connecting" | "connected" | "failed">> = {
  joined: "joined",
  "offer sent": "connecting",
  "offer received": "connecting",
  "answer sent": "connecting",
  "answer received": "connecting",
  connecting: "connecting",
  connected: "connected",
  failed: "failed",
};

/** The card of one peer, on the page until `remove`. */
export class PeerCard {
  readonly #card: HTMLElement;
  readonly #stage: HTMLElement;
  readonly #name: string;
  #video: HTMLVideoElement | undefined;

  /** Takes over `card`, a fresh copy of the page's template. */
  constructor(card: HTMLElement, id: string, name: string) {
    this.#card = card;
    this.#stage = element("peer-stage", HTMLElement, card);
    this.#name = name;
    card.dataset["peerId"] = id;
    element("peer-initial", HTMLElement, card).textContent = initialOf(name);
    element("peer-name", HTMLElement, card).textContent = name;
    this.showStep("joined");
  }

  showStep(step: Step): void {
    this.#card.dataset["state"] = states[step];
    if (step !== "connected") delete this.#card.dataset["path"];
    element("peer-step", HTMLElement, this.#card).textContent = step;
  }

  showPath(kind: Path["kind"]): void {
    this.#card.dataset["path"] = kind;
    element("peer-step", HTMLElement, this.#card).textContent = `connected, ${kind}`;
  }

  /** Shows what the peer shares; undefined shows the initial again. */
  showStream(stream: MediaStream | undefined): void {
    this.#video?.remove();
    this.#video = undefined;
    if (!stream) return;
    const video = document.createElement("video");
    video.dataset["testid"] = "peer-video";
    video.ariaLabel = `Camera of ${this.#name}`;
    video.playsInline = true;
    video.srcObject = stream;
    this.#video = video;
    this.#stage.append(video);
    play(video);
  }

  remove(): void {
    this.showStream(undefined);
    this.#card.remove();
  }
}

/** The first letter of a name, as a person would count letters. */
export function initialOf(name: string): string {
  return [...name][0]?.toUpperCase() ?? "";
}

/** Browsers may refuse sound on a page that nobody touched yet: then silent, with controls. */
function play(video: HTMLVideoElement): void {
  video.play().catch(() => {
    video.muted = true;
    video.controls = true;
    video.play().catch(() => video.remove()); // Nothing to show: the stream ended meanwhile.
  });
}
