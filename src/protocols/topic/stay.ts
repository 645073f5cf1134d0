// One membership that outlives its connections: the side of the protocol of each of them, one after another. While
// there is none, what is for the member waits in the outbox of its last one.

import { type CloseReason, closeReasons } from "../../core/close.ts";
import type { Hub } from "../../core/hub.ts";
import type { NodeId } from "../../core/ids.ts";
import { KeptTransport } from "../../core/kept-transport.ts";
import type { LocalMember } from "../../core/member.ts";
import type { FailedOutcome } from "../../core/outcome.ts";
import type { Peer } from "../../core/peer.ts";
import type { HandOver } from "../../core/staying.ts";
import type { Conversation } from "../protocol.ts";
import { errorOf, TopicConversation } from "./conversation.ts";
import type { Remainder } from "./remainder.ts";
import { frames, type Metadata } from "./wire.ts";

export const resumedElsewhere: CloseReason = {
  name: "resumed-elsewhere",
  code: 4002,
  reason: "resumed elsewhere",
};

/** Codes by which a client says that it leaves. Without a code it is 1005. */
const leaving: ReadonlySet<number> = new Set([1000, 1001, 1005]);

/** Why the server closes connections whose clients may come back: the peer has not done anything wrong. */
const temporary: ReadonlySet<CloseReason> = new Set([
  closeReasons.restart,
  closeReasons.silent,
  closeReasons.slow,
]);

interface StayEvents {
  /** Its connection is lost. */
  away(stay: Stay): void;
  /** It has come back to an end. */
  ended(stay: Stay): void;
}

export class Stay {
  readonly member: LocalMember<Metadata>;
  /** The serial of the token that is good for it; `undefined` if none is. */
  serial: string | undefined;
  /** The serial with which another node has asked for it. */
  givenUp: string | undefined;
  /** The node that it was taken from last, and what that one was asked. */
  taken: { readonly node: NodeId; readonly request: HandOver } | undefined;
  readonly #hub: Hub<Metadata>;
  readonly #events: StayEvents;
  readonly #inner: TopicConversation;
  #transport: KeptTransport;
  /** Set once another node has asked for it, or has it. */
  #handedOver: PromiseWithResolvers<void> | undefined;

  /** @param transport the one of the member's peer */
  constructor(
    hub: Hub<Metadata>,
    member: LocalMember<Metadata>,
    transport: KeptTransport,
    events: StayEvents,
  ) {
    this.#hub = hub;
    this.member = member;
    this.#transport = transport;
    this.#events = events;
    this.#inner = new TopicConversation(hub, member);
  }

  get isAway(): boolean {
    return this.#transport.isDetached;
  }

  get waitingBytes(): number {
    return this.member.peer.outbox.waitingBytes;
  }

  /** Whether another node has asked for it. That node need not have it, nor say so. */
  get isHandedOver(): boolean {
    return this.#handedOver !== undefined;
  }

  /** The side of the protocol of the connection that it has now. */
  get conversation(): Conversation {
    const transport = this.#transport;
    return {
      receive: (text: string) => this.#inner.receive(text),
      failed: (msgId: string, why: FailedOutcome) => {
        if (this.#handedOver === undefined) this.#inner.failed(msgId, why);
        else void this.#failedElsewhere(msgId, why);
      },
      tooFast: () => this.#inner.tooFast(),
      closed: (code: number) => {
        // Not if another connection, or another node, has taken over.
        if (transport === this.#transport && !transport.isDetached) this.#closed(code);
      },
    };
  }

  /** Ends the connection, if it still has one. @param received how many frames the client says it has received */
  part(received: number): Remainder {
    const { peer } = this.member;
    const missed = this.#transport.after(received);
    const { sent } = this.#transport;
    const waiting = peer.outbox.takeAll();
    this.serial = undefined;
    this.#park()?.close(resumedElsewhere.code, resumedElsewhere.reason);
    const isCount = Number.isSafeInteger(received) && received >= 0 && received <= sent;
    return { missed, waiting, received: isCount ? received : sent };
  }

  /** Goes on with another connection of this node, also if it was handed over. @param welcome members of its `welcome`, as `frames.welcome` has them */
  resume(peer: Peer, remainder: Remainder, welcome: string): void {
    this.#transport = new KeptTransport(peer.transport, remainder.received);
    peer.through(this.#transport);
    show(this.member, peer, remainder, welcome);
    this.#handedOver?.resolve();
    this.#handedOver = undefined;
    const { role } = this.member;
    this.member.moveTo(peer);
    // The others allow by it who reaches this member.
    if (this.member.role !== role) this.#hub.update(this.member, this.member.info);
  }

  /** Gives its frames to another node, which will have the member soon. It gets nothing more here. */
  handOver(received: number): Remainder {
    this.givenUp = this.serial;
    this.#handedOver ??= Promise.withResolvers();
    const remainder = this.part(received);
    this.member.missed = true;
    this.#events.away(this);
    return remainder;
  }

  /** It is here again, with what another node has of it. What came here meanwhile comes after that. */
  takeBack(remainder: Remainder): Remainder {
    if (this.isHandedOver) return remainder;
    const { waiting } = this.part(Number.NaN);
    const theirs = [...(remainder.missed ?? []), ...remainder.waiting];
    // Not all that was sent here has arrived, and its client does not know how much.
    return { waiting: [...theirs, ...waiting], received: remainder.received };
  }

  /** Another node has the member now. */
  moved(to: NodeId): void {
    this.part(Number.NaN);
    this.#handedOver ??= Promise.withResolvers();
    this.#events.ended(this);
    try {
      this.#hub.leave(this.member, to);
    } finally {
      this.#handedOver.resolve();
    }
  }

  /** Its time is over, or the server has closed it while it was away. */
  lapse(): void {
    this.#events.ended(this);
    this.#hub.leave(this.member);
    this.member.peer.outbox.end();
    this.#handedOver?.resolve();
  }

  /** A relay has failed that was on its way when another node took the member: its client is told there. */
  async #failedElsewhere(msgId: string, why: FailedOutcome): Promise<void> {
    const { id, topic } = this.member;
    await this.#handedOver?.promise;
    await this.#hub.warm(topic.name);
    const known = this.#hub.topic(topic.name);
    if (known !== undefined) this.#hub.notify(known, id, frames.error(errorOf[why], msgId));
  }

  #closed(code: number): void {
    const { ended } = this.member.peer;
    if (ended === undefined ? leaving.has(code) : !temporary.has(ended)) return this.lapse();
    this.#park();
    this.#events.away(this);
  }

  /** @returns the connection, which may still be open */
  #park() {
    const connection = this.#transport.detach(() => this.lapse());
    this.member.peer.outbox.backUp();
    return connection;
  }
}

/** Welcomes a client back, and gives it what it missed. */
export function show(
  member: LocalMember<Metadata>,
  peer: Peer,
  { missed, waiting }: Remainder,
  welcome: string,
): void {
  peer.send(frames.welcome(member.id, welcome));
  if (missed === undefined) {
    peer.send(frames.peerList(member));
    member.missed = false;
    member.topic.caughtUp(member);
  }
  peer.outbox.putAll([...(missed ?? []), ...waiting]);
}
