// One peer of the load: a client that enters a topic through a protocol's driver, counts what is
// relayed to it, and hands it on.

import { Client, type ClientListener } from "./client.ts";
import type { Arrival, Driver } from "./driver.ts";
import type { Run } from "./run.ts";
import type { Target } from "./targets.ts";

/** Takes what is relayed to a member. */
export interface Traffic {
  relayed(bytes: Uint8Array, start: number, end: number): void;
  /** Everything that came at once has been told. */
  readEnd(): void;
}

export class Member implements ClientListener {
  readonly client: Client;
  readonly #target: Target;
  readonly #driver: Driver;
  readonly #run: Run;
  readonly #arrival: Arrival;
  readonly #onEntered: () => void;
  #entered = false;
  /** Set once there is somewhere for relayed frames to go. */
  traffic: Traffic | undefined;
  /** Frames with which the server refused one of ours. */
  errors = 0;

  /** @param onEntered called once, when the server has said all that it says to a newcomer */
  constructor(target: Target, driver: Driver, topic: string, run: Run, onEntered: () => void) {
    this.#target = target;
    this.#driver = driver;
    this.#run = run;
    this.#arrival = driver.arrive();
    this.#onEntered = onEntered;
    const url = new URL(target.url);
    const [path, query = ""] = driver.path(topic).split("?");
    url.pathname = url.pathname.replace(/\/$/, "") + path;
    url.search = query;
    this.client = new Client(url, this);
  }

  /** How it addresses another peer of its topic, once it knows of one. */
  get partner(): string | undefined {
    return this.#arrival.partner;
  }

  text(bytes: Uint8Array, start: number, end: number): void {
    const kind = this.#driver.kindOf(bytes, start, end);
    if (kind === "relayed") this.traffic?.relayed(bytes, start, end);
    else if (kind === "error") this.#refused(textOf(bytes, start, end));
    else this.#hear(textOf(bytes, start, end));
  }

  readEnd(): void {
    this.traffic?.readEnd();
  }

  lost(reason: string): void {
    this.#run.fail(`${this.#target.name} at ${this.#target.url.host}: ${reason}`);
  }

  #hear(text: string): void {
    if (!this.#arrival.hear(text)) {
      this.#run.fail(
        `${this.#target.name} at ${this.#target.url.host} does not speak the ` +
          `${this.#driver.protocol} protocol: it sent ${excerpt(text)}`,
      );
    }
    if (this.#entered || !this.#arrival.entered) return;
    this.#entered = true;
    this.#onEntered();
  }

  #refused(text: string): void {
    this.errors++;
    this.#run.remark(`${this.#target.name} refused messages: ${excerpt(text)}`);
  }
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
}

function excerpt(text: string): string {
  const line = JSON.stringify(text).slice(1, -1);
  return line.length <= 100 ? line : `${line.slice(0, 100)}…`;
}
