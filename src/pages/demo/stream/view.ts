// The page as its script sees it: what the user wants, and what there is to show.

import { element } from "../element.ts";
import { logLine, type Tone } from "../lines.ts";
import { offerCopy, showLink } from "../link.ts";

/** What is broadcast. */
export type Source = "canvas" | "camera";

/** What the page is doing, for people, styles and tests. */
export type Activity = "seeking" | "joining" | "playing" | "broadcasting";

export interface Wishes {
  /** A button was pressed: that of what is being broadcast stops it. */
  readonly onBroadcast: (source: Source) => void;
  /** Space or ICE servers have changed. */
  readonly onChange: () => void;
}

const captions: Readonly<Record<Activity, string>> = {
  seeking: "Nobody broadcasts here yet; seeking on …",
  joining: "Somebody broadcasts; connecting …",
  playing: "Watching",
  broadcasting: "Broadcasting; keep this tab in front",
};

export class View {
  readonly #space = element("space", HTMLInputElement);
  readonly #iceServers = element("ice-servers", HTMLTextAreaElement);
  readonly #selfId = element("self-id", HTMLElement);
  readonly #server = element("server", HTMLElement);
  readonly #notice = element("notice", HTMLElement);
  readonly #stage = element("stage", HTMLElement);
  readonly #video = element("video", HTMLVideoElement);
  readonly #status = element("status", HTMLElement);
  readonly #viewers = element("viewers", HTMLElement);
  readonly #eventLog = element("event-log", HTMLElement);
  readonly #buttons = {
    canvas: element("broadcast-canvas", HTMLButtonElement),
    camera: element("broadcast-camera", HTMLButtonElement),
  };

  constructor(wishes: Wishes) {
    for (const source of ["canvas", "camera"] as const)
      this.#buttons[source].addEventListener("click", () => wishes.onBroadcast(source));
    for (const field of [this.#space, this.#iceServers])
      field.addEventListener("change", wishes.onChange);
    element("fields", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
    });
    offerCopy();
  }

  get space(): string {
    return this.#space.value.trim();
  }

  set space(space: string) {
    this.#space.value = space;
  }

  get iceServers(): string {
    return this.#iceServers.value;
  }

  showLink(link: string): void {
    showLink(link);
  }

  /** How the page stands with the server; `selfId` while the server knows it. */
  showServer(text: string, selfId = ""): void {
    this.#server.textContent = text;
    this.#selfId.textContent = selfId;
  }

  showActivity(activity: Activity): void {
    this.#stage.dataset["activity"] = activity;
    this.#status.textContent = captions[activity];
    this.#video.controls = activity === "playing";
    if (activity !== "broadcasting") this.#viewers.textContent = "";
  }

  /** Which button stops now. */
  showSource(source: Source | undefined): void {
    this.#buttons.canvas.ariaPressed = String(source === "canvas");
    this.#buttons.camera.ariaPressed = String(source === "camera");
    this.#buttons.canvas.textContent = source === "canvas" ? "Stop" : "Broadcast a drawing";
    this.#buttons.camera.textContent = source === "camera" ? "Stop" : "Broadcast the camera";
  }

  /** Silent at first, as browsers refuse sound on a page that nobody has touched. */
  showStream(stream: MediaStream | undefined): void {
    this.#video.muted = true;
    this.#video.srcObject = stream ?? null;
  }

  showViewers(count: number): void {
    this.#viewers.textContent = `${count} watching`;
  }

  /** A friendly line about what did not work; an empty one takes it away. */
  showNotice(text: string): void {
    this.#notice.textContent = text;
  }

  log(text: string, tone?: Tone): void {
    logLine(this.#eventLog, text, tone);
  }
}
