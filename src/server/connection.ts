// What hangs on a socket, from the opening of its protocol to the end of its conversation. While those wait
// for something (a token to be verified, other nodes), what the client sends waits here, in order and bounded,
// and nothing else has to know of it.

import { isUtf8 } from "node:buffer";
import { type CloseReason, closeReasons } from "../core/close.ts";
import type { Limits } from "../core/limits.ts";
import type { Patience, Peer } from "../core/peer.ts";
import type { Conversation, Opening } from "../protocols/protocol.ts";

/** What all connections of one protocol share. */
export interface ConnectionContext {
  readonly protocol: string;
  readonly patience: Patience;
  /** What waits for one conversation is bounded like an outbox. */
  readonly limits: Limits;
  /** Is told of faults of ours. Must not throw. */
  readonly fault: (thrown: unknown) => void;
}

/** Messages that wait, oldest first, and their length in UTF-16 units. */
interface Backlog {
  readonly texts: string[];
  length: number;
}

export class Connection {
  readonly context: ConnectionContext;
  /** From when the socket is open. */
  peer: Peer | undefined;
  /** Until then. */
  #opening: Opening | undefined;
  /** As long as the socket is open, and was not refused. */
  #conversation: Conversation | undefined;
  /** While the opening or the conversation waits. */
  #backlog: Backlog | undefined;
  /** The client has closed the socket while its conversation waits. */
  #isLeaving = false;

  constructor(context: ConnectionContext, opening: Opening) {
    this.context = context;
    this.#opening = opening;
  }

  /** The socket is open. */
  open(peer: Peer): void {
    const opening = this.#opening;
    this.#opening = undefined;
    this.peer = peer;
    if (opening !== undefined) this.#begin(peer, opening);
  }

  /** A message has come; one in bytes is a text too, if it is UTF-8. */
  message(message: string | Buffer): void {
    this.peer?.seen();
    const text = typeof message === "string" ? message : decode(message);
    if (text === undefined) this.peer?.close(closeReasons.notUtf8);
    else this.receive(text);
  }

  /** A message of text has come. */
  receive(text: string): void {
    const { peer } = this;
    if (peer === undefined) return;
    if (this.#backlog !== undefined) return this.#keep(this.#backlog, peer, text);
    const waiting = this.#conversation?.receive(text);
    if (waiting !== undefined) this.#wait(peer, waiting);
  }

  /** The socket is closed. Messages that came before and wait still count. */
  closed(): void {
    const isWaiting = this.#conversation !== undefined && this.#backlog !== undefined;
    if (isWaiting && this.peer?.ended === undefined) this.#isLeaving = true;
    else this.#end();
  }

  #end(): void {
    const conversation = this.#conversation;
    this.#conversation = undefined;
    conversation?.closed();
  }

  #begin(peer: Peer, opening: Opening): void {
    const begun = opening(peer);
    if (begun instanceof Promise)
      this.#wait(
        peer,
        begun.then((next) => () => this.#begin(peer, next)),
      );
    else if (isRefusal(begun)) peer.close(begun);
    else {
      this.#conversation = begun;
      peer.conversation = begun;
    }
  }

  #keep(backlog: Backlog, peer: Peer, text: string): void {
    const { maxQueuedFrames, maxQueuedBytes } = this.context.limits;
    backlog.length += text.length;
    if (backlog.texts.length === maxQueuedFrames || backlog.length > maxQueuedBytes)
      peer.close(closeReasons.backlogFull);
    else backlog.texts.push(text);
  }

  async #wait(peer: Peer, waiting: Promise<() => void>): Promise<void> {
    const backlog: Backlog = { texts: [], length: 0 };
    this.#backlog = backlog;
    try {
      const goOn = await waiting;
      this.#backlog = undefined;
      if (!peer.isOpen && !this.#isLeaving) return;
      goOn();
      for (const text of backlog.texts) this.receive(text);
    } catch (thrown) {
      this.#backlog = undefined;
      this.context.fault(thrown);
      peer.close(closeReasons.fault);
    }
    if (this.#isLeaving && this.#backlog === undefined) this.#end();
  }
}

const decode = (bytes: Buffer): string | undefined =>
  isUtf8(bytes) ? bytes.toString("utf8") : undefined;

const isRefusal = (begun: Conversation | CloseReason): begun is CloseReason => "code" in begun;
