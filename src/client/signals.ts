// Signals on their way to and from peers: encrypted if the room has a password, and in order all the same.

import { Encryption } from "./encryption.ts";
import { type ClientFrame, isSignal, type Signal, type SignalType } from "./frames.ts";

export class Signals {
  readonly #encryption: Encryption | undefined;
  readonly #send: (frame: ClientFrame) => void;
  #sealed: Promise<unknown> = Promise.resolve();
  #opened: Promise<unknown> = Promise.resolve();

  constructor(password: string | undefined, topic: string, send: (frame: ClientFrame) => void) {
    this.#encryption = password === undefined ? undefined : new Encryption(password, topic);
    this.#send = send;
  }

  /** @param from our id */
  send(type: SignalType, from: string, to: string, payload: object): void {
    if (this.#encryption === undefined) return this.#send({ type, to, payload });
    const sealed = this.#encryption.seal({ type, from, to }, payload);
    this.#sealed = this.#sealed.then(async () => this.#send({ type, to, payload: await sealed }));
  }

  /** @returns `undefined` for what is no signal. Rejects for what cannot be decrypted. */
  async open(
    type: SignalType,
    from: string,
    to: string,
    payload: unknown,
  ): Promise<Signal | undefined> {
    const encryption = this.#encryption;
    if (encryption === undefined) return isSignal(payload) ? payload : undefined;
    // One after the other: a short one is decrypted before the long one that came first.
    const opening = this.#opened.then(() => encryption.open({ type, from, to }, payload));
    this.#opened = opening.catch(() => undefined);
    const signal = await opening;
    return isSignal(signal) ? signal : undefined;
  }

  /** A peer has left. Its id does not come again. */
  forget(id: string): void {
    this.#encryption?.forget(id);
  }
}
