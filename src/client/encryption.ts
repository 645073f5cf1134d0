// End-to-end encryption of signals by a password: AES-256-GCM, with a key from the password and the topic by PBKDF2. Who
// sends, who receives and the type of a signal are authenticated too, and each signal is good once.

import type { SignalType } from "./frames.ts";

/** OWASP's figure for PBKDF2 with SHA-256 (2023). */
const rounds = 600_000;

const ivBytes = 12;

export interface Envelope {
  readonly type: SignalType;
  readonly from: string;
  readonly to: string;
}

export class Encryption {
  readonly #key: Promise<CryptoKey>;
  #sent = 0;
  /** By sender: the number of its last signal. */
  readonly #last = new Map<string, number>();

  constructor(password: string, topic: string) {
    this.#key = keyOf(password, topic);
  }

  async seal(envelope: Envelope, payload: unknown): Promise<unknown> {
    const text = utf8(JSON.stringify([++this.#sent, payload]));
    const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
    const sealed = await crypto.subtle.encrypt(parameters(iv, envelope), await this.#key, text);
    return { sealed: base64(iv) + base64(new Uint8Array(sealed)) };
  }

  /** Throws if the payload was not sealed with this password, was altered, or comes a second time. */
  async open(envelope: Envelope, payload: unknown): Promise<unknown> {
    const { sealed } = (payload ?? {}) as { readonly sealed?: unknown };
    if (typeof sealed !== "string") throw new Error(`${envelope.from} sends without the password`);
    const key = await this.#key;
    let number: number;
    let opened: unknown;
    try {
      const bytes = Uint8Array.from(atob(sealed), (character) => character.charCodeAt(0));
      const iv = bytes.subarray(0, ivBytes);
      const text = await crypto.subtle.decrypt(
        parameters(iv, envelope),
        key,
        bytes.subarray(ivBytes),
      );
      [number, opened] = JSON.parse(new TextDecoder().decode(text));
    } catch {
      throw new Error(`a signal of ${envelope.from} was altered, or has another password`);
    }
    if (number <= (this.#last.get(envelope.from) ?? 0))
      throw new Error(`a signal of ${envelope.from} was repeated`);
    this.#last.set(envelope.from, number);
    return opened;
  }

  /** A peer has left. Its id does not come again. */
  forget(id: string): void {
    this.#last.delete(id);
  }
}

async function keyOf(password: string, topic: string): Promise<CryptoKey> {
  const { subtle } = crypto;
  const material = await subtle.importKey("raw", utf8(password), "PBKDF2", false, ["deriveKey"]);
  return await subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt: utf8(`signalbox ${topic}`), iterations: rounds },
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

const parameters = (iv: Uint8Array<ArrayBuffer>, { type, from, to }: Envelope): AesGcmParams => ({
  name: "AES-GCM",
  iv,
  additionalData: utf8(`${type} ${from} ${to}`),
});

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

function base64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
