// Which room, and with which token: what the user typed and wants, and how the page stands with the server.
// The token is in its field and nowhere else on the page.

import { element } from "../element.ts";
import { offerCopy, showLink } from "../link.ts";
import type { Token } from "./token.ts";

/** What the user can ask for. */
export interface Wishes {
  readonly onJoin: () => void;
  /** To go on with the token in the field. */
  readonly onRenew: () => void;
  readonly onLeave: () => void;
}

export class View {
  readonly #room = element("room", HTMLInputElement);
  readonly #token = element("token", HTMLInputElement);
  readonly #join = element("join", HTMLButtonElement);
  readonly #renew = element("renew", HTMLButtonElement);
  readonly #leave = element("leave", HTMLButtonElement);
  readonly #problem = element("problem", HTMLElement);
  readonly #status = element("status", HTMLElement);
  readonly #selfId = element("self-id", HTMLElement);
  readonly #until = element("until", HTMLElement);

  constructor(wishes: Wishes) {
    element("join-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#join.hidden) wishes.onRenew();
      else wishes.onJoin();
    });
    this.#leave.addEventListener("click", wishes.onLeave);
    offerCopy();
  }

  get room(): string {
    return this.#room.value.trim();
  }

  set room(room: string) {
    this.#room.value = room;
  }

  get token(): string {
    return this.#token.value;
  }

  /** The link to the room, shown where it can be copied. */
  showLink(link: string): void {
    showLink(link);
  }

  /** Out of the room, and why. */
  showOut(text: string): void {
    this.#showStatus(false, text);
    this.showToken(undefined);
  }

  /** In the room, or on the way there. */
  showStaying(text: string): void {
    this.#showStatus(true, text);
  }

  /** Who the server knows this page as, and for how long. */
  showToken(token: Token | undefined): void {
    this.#selfId.textContent = token?.userId ?? "";
    const until = token && new Date(token.until).toLocaleString();
    this.#until.textContent = until === undefined ? "" : `until ${until}`;
  }

  /** What did not work, in plain words; an empty text takes it away. */
  showProblem(text: string): void {
    this.#problem.textContent = text;
  }

  #showStatus(isStaying: boolean, text: string): void {
    this.#status.textContent = text;
    this.#room.readOnly = isStaying;
    // A submit button that is hidden is still pressed by Enter in a field.
    this.#join.hidden = this.#join.disabled = isStaying;
    this.#renew.hidden = this.#renew.disabled = !isStaying;
    this.#leave.hidden = !isStaying;
  }
}
