// One client's side of the PeerJS protocol, under the id that it holds.

import type { FailedOutcome } from "../../core/outcome.ts";
import type { Conversation } from "../protocol.ts";
import type { Realm, Registered } from "./realm.ts";
import { closings, type Directed, frames, parse } from "./wire.ts";

export class PeerConversation implements Conversation {
  readonly #realm: Realm;
  readonly #client: Registered;
  /** The client's id as JSON. Set when it first sends something. */
  #src: string | undefined;
  #saidGoodbye = false;
  /** Whether a message of the client is being relayed right now. */
  #isPassing = false;

  constructor(realm: Realm, client: Registered) {
    this.#realm = realm;
    this.#client = client;
  }

  receive(text: string): ReturnType<Conversation["receive"]> {
    const message = parse(text);
    if (message === "malformed") return this.#client.peer.close(closings.malformed);
    // After a goodbye it has no id, which every message needs.
    if (message === "nothing" || this.#saidGoodbye) return;
    if (message === "goodbye") return this.#leave();
    const located = this.#realm.locate(message.to);
    if (located !== undefined) return located.then(() => () => this.#pass(message));
    this.#pass(message);
  }

  /** @param frame the whole frame, which may now wait for its receiver */
  failed(frame: string, why: FailedOutcome): void {
    this.#realm.failed(this.#client, frame, why, this.#isPassing ? "client" : "node");
  }

  /** PeerJS shows this error to the page. If the socket is only closed, it says that the connection was lost. */
  tooLarge(maxBytes: number): void {
    this.#client.peer.send(frames.tooLarge(maxBytes));
  }

  closed(): void {
    this.#realm.forget(this.#client);
  }

  #pass({ type, to, dst, payload }: Directed): void {
    this.#src ??= JSON.stringify(this.#client.id);
    const frame = frames.message(type, this.#src, dst, payload);
    this.#isPassing = true;
    // LEAVE and EXPIRE do not wait for their receiver, and nobody is told if they do not arrive.
    if (type === "LEAVE" || type === "EXPIRE") this.#realm.relay(this.#client, to, frame);
    else this.#realm.relay(this.#client, to, frame, frame);
    this.#isPassing = false;
  }

  #leave(): void {
    this.#saidGoodbye = true;
    this.#realm.forget(this.#client);
  }
}
