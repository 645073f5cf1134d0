// What hangs on a socket, from the upgrade to the end of its conversation. While an opening or a conversation waits (for
// a token to be verified, for other nodes, for its turn), the client's messages are kept here, in order and bounded.
// Protocols do not notice.

import { isUtf8 } from "node:buffer";
import { type CloseReason, closeReasons } from "../core/close.ts";
import type { Peer } from "../core/peer.ts";
import type { Conversation, Opening } from "../protocols/protocol.ts";
import {
  type Backlog,
  type BacklogBounds,
  boundsBeforeKeys,
  isOverfull,
  maxHeld,
  newBacklog,
} from "./backlog.ts";
import type { ConnectionContext } from "./connection-context.ts";
import { Excess, retrySeconds } from "./excess.ts";
import { isOver } from "./frame-bytes.ts";

/** How many messages of an eager connection are handled in one turn. */
const messagesPerTurn = 64;

export class Connection {
  readonly context: ConnectionContext;
  /** The log names the connection by it. */
  readonly number: number;
  /** Set when the socket opens. */
  peer: Peer | undefined;
  /** The key for `WorkQueue.run`; `Admission` knows whether it is an address. */
  readonly key: string;
  /** The opening until the socket opens, and the conversation from when it begins. One more field costs 32 bytes. */
  #side: Opening | Conversation | undefined;
  /** Set while the opening or the conversation waits. */
  #backlog: Backlog | undefined;
  /** The client closed the socket while its conversation was waiting. */
  #isLeaving = false;
  #excess: Excess | undefined;

  constructor(context: ConnectionContext, opening: Opening, key: string, number: number) {
    this.context = context;
    this.number = number;
    this.#side = opening;
    this.key = key;
  }

  /** The socket is open. The opening waits for its turn if others are waiting. */
  open(peer: Peer): void {
    const opening = this.#side;
    this.#side = undefined;
    this.peer = peer;
    if (typeof opening !== "function") return;
    const begin = (): void => this.#begin(peer, opening);
    if (!this.context.work.isFree) this.#backlog = newBacklog(false);
    this.context.work.run(this.key, () => this.#goOn(peer, begin));
  }

  /** A message has arrived. A binary one counts as text if it is UTF-8, and closes the socket if not. */
  message(message: string | Buffer): void {
    const { peer } = this;
    if (peer === undefined) return;
    peer.seen();
    if (isOver(this.context.maxFrameBytes, message)) return this.#refuseLarge(peer);
    if (!peer.spend(message.length)) return this.#tooFast(peer, message.length);
    const text = typeof message === "string" ? message : decode(message);
    if (text === undefined) peer.close(closeReasons.notUtf8);
    else this.#receive(peer, text);
  }

  /** The socket is closed. Messages that are kept are still handled, unless the server closed it. */
  closed(): void {
    const isWaiting = this.#conversation !== undefined && this.#backlog !== undefined;
    if (isWaiting && this.peer?.ended === undefined) this.#isLeaving = true;
    else this.#end();
  }

  get #conversation(): Conversation | undefined {
    return typeof this.#side === "function" ? undefined : this.#side;
  }

  #end(): void {
    const conversation = this.#conversation;
    this.#side = undefined;
    try {
      conversation?.closed();
    } catch (thrown) {
      this.context.fault(thrown, this.number);
    }
  }

  #receive(peer: Peer, text: string): void {
    if (this.#backlog !== undefined) this.#keep(this.#backlog, peer, text);
    else if (peer.isEager) this.#takeTurn(peer, text);
    else this.#handle(peer, text);
  }

  #handle(peer: Peer, text: string): void {
    const waiting = this.#conversation?.receive(text);
    if (waiting !== undefined) void this.#wait(peer, waiting);
  }

  /** A connection that is far ahead of its rate, though within its limit, gives way to others. */
  #takeTurn(peer: Peer, text: string): void {
    const { work } = this.context;
    if (work.isFree)
      return work.run(this, () => this.#guarded(peer, () => this.#handle(peer, text)));
    const backlog = newBacklog(true);
    this.#backlog = backlog;
    this.#keep(backlog, peer, text);
    work.run(this, () => this.#goOn(peer));
  }

  #begin(peer: Peer, opening: Opening): void {
    const begun = opening(peer);
    if (begun instanceof Promise)
      void this.#wait(
        peer,
        begun.then((next) => () => this.#begin(peer, next)),
      );
    else if (isRefusal(begun)) peer.close(begun);
    else {
      this.#side = begun;
      peer.conversation = begun;
    }
  }

  #keep(backlog: Backlog, peer: Peer, text: string): void {
    const { held } = this.context;
    const { texts, isTurn } = backlog;
    if (isTurn && held.length + text.length > maxHeld) return this.#tooFast(peer, text.length);
    backlog.length += text.length;
    if (isTurn) held.length += text.length;
    else if (isOverfull(backlog, this.#backlogBounds(peer)))
      return peer.close(closeReasons.backlogFull);
    texts.push(text);
  }

  #backlogBounds(peer: Peer): BacklogBounds {
    const { limits, maxFrameBytes, awaitsKeys } = this.context;
    const isBeforeGate = this.#conversation === undefined && peer.pass === undefined;
    if (isBeforeGate && awaitsKeys()) return boundsBeforeKeys;
    // As in an outbox, a message that finds nothing waiting always fits.
    const length = Math.max(limits.maxQueuedBytes, maxFrameBytes);
    return { frames: limits.maxQueuedFrames, length };
  }

  async #wait(peer: Peer, waiting: Promise<() => void>): Promise<void> {
    this.#backlog = newBacklog(false);
    const { work, fault } = this.context;
    try {
      const goOn = await waiting;
      work.run(this.key, () => this.#goOn(peer, goOn));
    } catch (thrown) {
      this.#backlog = undefined;
      fault(thrown, this.number);
      peer.close(closeReasons.fault);
      this.#endIfLeft();
    }
  }

  /** The wait is over: goes on, then handles the messages that were kept. */
  #goOn(peer: Peer, goOn?: () => void): void {
    const { texts, length, isTurn } = this.#backlog ?? newBacklog(false);
    if (isTurn) this.context.held.length -= length;
    this.#backlog = undefined;
    if (!peer.isOpen && !this.#isLeaving) return;
    this.#guarded(peer, () => {
      goOn?.();
      for (const [index, text] of texts.entries())
        if (index < messagesPerTurn || this.#backlog !== undefined) this.#handleOrKeep(peer, text);
        else this.#takeTurn(peer, text);
    });
    this.#endIfLeft();
  }

  /** Runs something outside of the socket's events, where nobody else closes the socket at a fault. */
  #guarded(peer: Peer, act: () => void): void {
    try {
      act();
    } catch (thrown) {
      this.#backlog = undefined;
      this.context.fault(thrown, this.number);
      peer.close(closeReasons.fault);
    }
  }

  #handleOrKeep(peer: Peer, text: string): void {
    if (this.#backlog === undefined) this.#handle(peer, text);
    else this.#keep(this.#backlog, peer, text);
  }

  #endIfLeft(): void {
    if (this.#isLeaving && this.#backlog === undefined) this.#end();
  }

  #refuseLarge(peer: Peer): void {
    this.#conversation?.tooLarge?.(this.context.maxFrameBytes);
    peer.close(closeReasons.tooLarge);
  }

  #tooFast(peer: Peer, bytes: number): void {
    this.#excess ??= new Excess(this.context.clock, this.context.limits);
    switch (this.#excess.count(bytes)) {
      case "close":
        return peer.close(closeReasons.tooFast);
      case "tell":
        return this.#conversation?.tooFast?.(retrySeconds);
      default:
    }
  }
}

const decode = (bytes: Buffer): string | undefined =>
  isUtf8(bytes) ? bytes.toString("utf8") : undefined;

const isRefusal = (begun: Conversation | CloseReason): begun is CloseReason => "code" in begun;
