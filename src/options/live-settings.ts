// Settings that can be replaced while a server runs, as far as their options allow it.

import type { Settings } from "./option.ts";

export class LiveSettings {
  readonly #first: Settings;
  #current: Settings;

  constructor(first: Settings) {
    this.#first = first;
    this.#current = first;
  }

  /** The latest value of an option with `isReloaded`, and the first value of any other. */
  readonly settings: Settings = (option) =>
    option.isReloaded === true ? this.#current(option) : this.#first(option);

  /** @param next must have passed their checks */
  replace(next: Settings): void {
    this.#current = next;
  }
}
