// Where to meet, and as whom: what the user typed and wants, and how the page stands with the server.

import type { Waiting } from "../../client/api.ts";
import { element } from "./element.ts";
import { offerCopy, showLink } from "./link.ts";

/** What the user can ask for. */
export interface Wishes {
  readonly onJoin: () => void;
  readonly onLeave: () => void;
  /** Topic, name or ICE servers have changed. */
  readonly onChange: () => void;
}

export class View {
  readonly #topic = element("topic", HTMLInputElement);
  readonly #name = element("name", HTMLInputElement);
  readonly #iceServers = element("ice-servers", HTMLTextAreaElement);
  readonly #join = element("join", HTMLButtonElement);
  readonly #status = element("status", HTMLElement);
  readonly #selfId = element("self-id", HTMLElement);
  readonly #tryNow = element("try-now", HTMLButtonElement);
  #isJoined = false;
  #waiting: Waiting | undefined;
  #countdown: ReturnType<typeof setInterval> | undefined;

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
    this.#tryNow.addEventListener("click", () => {
      this.#status.textContent = "Trying …";
      this.#waiting?.retryNow();
    });
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
    clearInterval(this.#countdown);
    this.#tryNow.hidden = true;
    this.#isJoined = isJoined;
    this.#join.textContent = isJoined ? "Leave" : "Join";
    // Enter in a field presses the form's submit button, and must never mean Leave.
    this.#join.type = isJoined ? "button" : "submit";
    this.#status.textContent = text;
    delete this.#status.dataset["tone"];
    this.#selfId.textContent = selfId;
  }

  /** Not joined, and why. */
  showProblem(text: string): void {
    this.showStatus(false, text);
    this.#status.dataset["tone"] = "error";
  }

  /** The server is not reached, and when that is tried again. Who is connected stays so. */
  showWaiting(waiting: Waiting): void {
    const until = performance.now() + waiting.retryMs;
    const why = waiting.reason === "" ? "The server is out of reach" : waiting.reason;
    const show = () => {
      const seconds = Math.ceil((until - performance.now()) / 1000);
      this.#status.textContent = seconds > 0 ? `${why}; next try in ${seconds} s` : "Trying …";
      if (seconds <= 0) clearInterval(this.#countdown);
    };
    clearInterval(this.#countdown);
    this.#countdown = setInterval(show, 250);
    this.#waiting = waiting;
    this.#tryNow.hidden = false;
    show();
  }

  /** The link to share, shown where it can be copied. */
  showLink(link: string): void {
    showLink(link);
  }
}
