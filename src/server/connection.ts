// What hangs on a socket, until its conversation ends. While an opening or a conversation waits, for a token, other nodes
// or its turn, the messages are kept here, in order and bounded. Protocols do not notice.

import { closeReasons, isCloseReason } from "../core/close.ts";
import type { Peer } from "../core/peer.ts";
import type { Conversation, Opening } from "../protocols/protocol.ts";
import { Backlog, boundsOf } from "./backlog.ts";
import type { ConnectionContext } from "./connection-context.ts";
import { Excess, type MessageKind } from "./excess.ts";
import { isOver, textOf } from "./frame-bytes.ts";
import type { TurnKey } from "./turn-key.ts";
import { isPrompt, mayHandle, mayLeave, messagesPerTurn } from "./turns.ts";

export class Connection {
  readonly context: ConnectionContext;
  /** The log names the connection by it. */
  readonly number: number;
  /** Set when the socket opens. */
  peer: Peer | undefined;
  /** The key for `WorkQueue.run`; `Admission` knows whether it is an address. */
  readonly key: TurnKey;
  /** The opening until the socket opens, and the conversation from when it begins. One more field costs 32 bytes. */
  #side: Opening | Conversation | undefined;
  /** Set while the opening or the conversation waits. */
  #backlog: Backlog | undefined;
  /** How the client closed the socket while its conversation waited. */
  #leftWith: number | undefined;
  #excess: Excess | undefined;

  constructor(context: ConnectionContext, opening: Opening, key: TurnKey, number: number) {
    this.context = context;
    this.number = number;
    this.#side = opening;
    this.key = key;
  }

  /**
   * The socket is open. The opening waits for its turn if others are waiting. What it sends if not leaves in one write with
   * the answer to the handshake, which Bun has not written yet.
   * @param isTurn whether the request for the socket has waited for a turn, which this is
   */
  open(peer: Peer, isTurn = false): void {
    const opening = this.#side;
    this.#side = undefined;
    this.peer = peer;
    if (typeof opening !== "function") return;
    this.#backlog = new Backlog(this.context.held, false);
    const begin = () => this.#goOn(peer, () => this.#begin(peer, opening));
    if (isTurn) begin();
    else this.context.work.run(this.key, begin);
    peer.outbox.flush();
  }

  /** A message has arrived. A binary one counts as text if it is UTF-8, and closes the socket if not. */
  message(message: string | Buffer): void {
    const { peer } = this;
    if (peer === undefined) return;
    peer.seen();
    if (isOver(this.context.maxFrameBytes, message)) return this.#refuseLarge(peer, message);
    // What is kept counts when it is handled.
    if (this.#backlog === undefined && !this.#mayHandle(peer, message)) return;
    const text = textOf(message);
    if (text === undefined) peer.close(closeReasons.notUtf8);
    else if (this.#backlog !== undefined) this.#keep(this.#backlog, peer, text);
    else if (isPrompt(peer, text)) this.#handle(peer, text);
    else if (mayHandle(this.context.work, peer, text))
      this.#guarded(peer, () => this.#handle(peer, text));
    else this.#takeTurn(peer, text);
  }

  /** A ping or a pong has arrived. The runtime answers pings, so that each counts as a message. */
  control(payload: Buffer): void {
    this.peer?.seen();
    if (this.peer !== undefined) this.#mayHandle(this.peer, payload, "control");
  }

  /** The socket is closed. Messages that are kept are still handled, unless the server closed it. Thousands leave in turns. */
  closed(code: number): void {
    const isWaiting = this.#conversation !== undefined && this.#backlog !== undefined;
    if (isWaiting && this.peer?.ended === undefined) this.#leftWith = code;
    else if (mayLeave(this.context.work, this.peer)) this.#end(code);
    else this.context.work.run(this.key, () => this.#end(code));
  }

  get #conversation(): Conversation | undefined {
    return typeof this.#side === "function" ? undefined : this.#side;
  }

  #end(code: number): void {
    const conversation = this.#conversation;
    this.#side = undefined;
    this.#forgetKept();
    try {
      conversation?.closed(code);
    } catch (thrown) {
      this.context.fault(thrown, this.number);
    }
  }

  #handle(peer: Peer, text: string): void {
    const isFirst = peer.outbox.isEmpty;
    const waiting = this.#conversation?.receive(text);
    // Bun answers a Close that came in the same segment before the tick ends: the answer to this message goes first.
    if (isFirst && !peer.outbox.isEmpty) peer.outbox.flush();
    if (waiting !== undefined) void this.#wait(peer, waiting);
  }

  /** What is long, or comes far ahead of its rate, though within its limit, gives way to others. */
  #takeTurn(peer: Peer, text: string): void {
    this.#backlog = new Backlog(this.context.held, true);
    this.#keep(this.#backlog, peer, text, true);
    this.context.work.run(this, () => this.#goOn(peer));
  }

  #begin(peer: Peer, opening: Opening): void {
    const begun = opening(peer);
    if (begun instanceof Promise)
      void this.#wait(
        peer,
        begun.then((next) => () => this.#begin(peer, next)),
      );
    else if (isCloseReason(begun)) peer.close(begun);
    else {
      this.#side = begun;
      peer.conversation = begun;
      // A fault has closed the socket meanwhile, when there was no conversation yet to be told.
      if (!peer.isOpen) this.#end(closeReasons.fault.code);
    }
  }

  /** @param isCounted whether the rates have counted it; if not, they do when it is handled */
  #keep(backlog: Backlog, peer: Peer, text: string, isCounted = false): void {
    if (backlog.add(text, this.#boundsOf(backlog, peer), isCounted)) return;
    if (backlog.isTurn) this.#tooFast(peer, Buffer.byteLength(text));
    else peer.close(closeReasons.backlogFull);
  }

  #boundsOf(backlog: Backlog, peer: Peer) {
    return boundsOf(backlog, peer, this.context, this.#conversation !== undefined);
  }

  async #wait(peer: Peer, waiting: Promise<() => void>): Promise<void> {
    const { work, fault, held } = this.context;
    const backlog = new Backlog(held, false, this.#backlog);
    this.#backlog = backlog;
    if (!backlog.fits(this.#boundsOf(backlog, peer))) peer.close(closeReasons.backlogFull);
    try {
      const goOn = await waiting;
      work.run(this.key, () => this.#goOn(peer, goOn));
    } catch (thrown) {
      this.#forgetKept();
      fault(thrown, this.number);
      peer.close(closeReasons.fault);
      this.#endIfLeft();
    }
  }

  /** The wait is over: goes on, then handles the messages that were kept. */
  #goOn(peer: Peer, goOn?: () => void): void {
    if (!peer.isOpen && this.#leftWith === undefined) return this.#forgetKept();
    const backlog = this.#backlog;
    this.#guarded(peer, () => {
      goOn?.();
      if (backlog !== undefined) this.#handleKept(peer, backlog);
    });
    this.#endIfLeft();
  }

  /** Until the time is over, or something has to be waited for, or the connection has ended. */
  #handleKept(peer: Peer, backlog: Backlog): void {
    const { work, held } = this.context;
    for (let handled = 0; this.#backlog === backlog; handled++) {
      const hasTime = handled === 0 || (handled < messagesPerTurn && work.hasTime);
      if (!hasTime && backlog.size > 0) {
        if (!backlog.isTurn) this.#backlog = new Backlog(held, true, backlog);
        return work.run(this, () => this.#goOn(peer));
      }
      const message = backlog.take();
      if (message === undefined) this.#backlog = undefined;
      else if (message.isCounted || this.#mayHandle(peer, message.text, "kept"))
        this.#handle(peer, message.text);
    }
  }

  #forgetKept(): void {
    this.#backlog?.clear();
    this.#backlog = undefined;
  }

  /** Runs something outside of the socket's events, where nobody else closes the socket at a fault. */
  #guarded(peer: Peer, act: () => void): void {
    try {
      act();
    } catch (thrown) {
      this.#forgetKept();
      this.context.fault(thrown, this.number);
      peer.close(closeReasons.fault);
    }
  }

  #endIfLeft(): void {
    if (this.#leftWith !== undefined && this.#backlog === undefined) this.#end(this.#leftWith);
  }

  #refuseLarge(peer: Peer, message: string | Buffer): void {
    peer.traffic.received(Buffer.byteLength(message));
    this.#conversation?.tooLarge?.(this.context.maxFrameBytes);
    peer.close(closeReasons.tooLarge);
  }

  /** Counts a message. @returns whether the connection's rates allow it; if not, the client is told */
  #mayHandle(peer: Peer, message: string | Buffer, kind: MessageKind = "new"): boolean {
    const bytes = Buffer.byteLength(message);
    if (kind !== "control") peer.traffic.received(bytes);
    if (peer.spend(bytes)) return true;
    this.#tooFast(peer, bytes, kind);
    return false;
  }

  #tooFast(peer: Peer, bytes: number, kind: MessageKind = "new"): void {
    this.#excess ??= new Excess(this.context.clock, this.context.limits);
    this.#excess.refuse(bytes, kind, peer, this.#conversation);
  }
}
