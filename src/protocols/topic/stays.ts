// The memberships that may be resumed, and how clients come back to them: on this node at once, and to those of another
// node by asking it for what waits there. A node that does not answer is not waited for.

import { Away } from "../../core/away.ts";
import { type CloseReason, closeReasons, notJoined } from "../../core/close.ts";
import type { Hub } from "../../core/hub.ts";
import { type MemberId, type NodeId, newMemberId } from "../../core/ids.ts";
import { KeptTransport } from "../../core/kept-transport.ts";
import type { LocalMember, RemoteMember } from "../../core/member.ts";
import type { Peer } from "../../core/peer.ts";
import { type HandOver, type Staying, usedSeconds } from "../../core/staying.ts";
import type { Context, Conversation, Opening } from "../protocol.ts";
import { checkedRemainder, nothingKnown, type Remainder, RemainderRoom } from "./remainder.ts";
import { makeResumeToken, newSerial, type ResumeClaim, readResumeToken } from "./resume-token.ts";
import { Stay, show } from "./stay.ts";
import type { Visitor } from "./visitor.ts";
import { frames, type Metadata } from "./wire.ts";

/** What nodes ask each other of. */
const kind = "topic-resume";

/** What a node answers that does not have the member, or not for this token. */
const refused = "refused";

export class Stays {
  /** How many clients have come back so far. */
  resumes = 0;
  readonly #hub: Hub<Metadata>;
  readonly #staying: Staying;
  readonly #away: Away;
  readonly #stays = new Map<MemberId, Stay>();

  constructor(hub: Hub<Metadata>, { clock, staying }: Context) {
    this.#hub = hub;
    this.#staying = staying;
    this.#away = new Away(clock, staying.seconds);
    staying.serve(
      kind,
      (requests) => this.#handOver(requests),
      (request, to) => this.#moved(request, to),
    );
  }

  /** How many memberships have lost their connection, and may be resumed. */
  get away(): number {
    return this.#away.size;
  }

  /** Whether memberships can be resumed. */
  get isOn(): boolean {
    return this.#staying.seconds > 0;
  }

  /** Gives a client its membership back, or a fresh one. The members on other nodes must be known. */
  open(peer: Peer, visitor: Visitor): ReturnType<Opening> {
    const settling = this.#hub.isAlone ? undefined : this.#staying.key.settling;
    return settling?.then(() => (again) => this.#open(again, visitor)) ?? this.#open(peer, visitor);
  }

  #open(peer: Peer, visitor: Visitor): ReturnType<Opening> {
    if (!peer.mayJoin(visitor.topic)) return closeReasons.notAllowed;
    const claim = readResumeToken(this.#staying.key.all, visitor.resume, visitor);
    if (claim === undefined) return this.#begin(peer, visitor);
    const stay = this.#stays.get(claim.id);
    if (stay === undefined || claim.node !== this.#staying.node)
      return this.#fromElsewhere(peer, visitor, claim);
    if (stay.serial !== claim.serial) return this.#begin(peer, visitor);
    // No other node is to take it for good, should this one die.
    void this.#staying.use(claim.serial);
    return this.#resume(peer, visitor, stay, stay.part(visitor.received));
  }

  /**
   * Another node says that it has a member, too. If it was taken from there, the order that said so is lost, or on its way.
   * Otherwise this node gives way, unless its client is here.
   */
  rival({ id }: LocalMember<Metadata>, { node }: RemoteMember<Metadata>): void {
    const stay = this.#stays.get(id);
    const taken = stay?.isHandedOver === false ? stay.taken : undefined;
    if (taken?.node === node) this.#staying.tellMoved(kind, node, taken.request);
    else if (stay?.isAway === true) stay.moved(node);
  }

  #begin(peer: Peer, visitor: Visitor): Conversation | CloseReason {
    const { info, resume } = visitor;
    const stay = this.#join(peer, visitor, newMemberId(), info);
    if (!(stay instanceof Stay)) return stay;
    const resumed = resume === "new" ? "" : `,"resumed":false`;
    peer.send(
      frames.welcome(stay.member.id, this.#tokenFor(stay, visitor) + resumed + visitor.welcome),
    );
    peer.send(frames.peerList(stay.member));
    return stay.conversation;
  }

  #resume(peer: Peer, visitor: Visitor, stay: Stay, remainder: Remainder): Conversation {
    this.resumes++;
    this.#away.delete(stay);
    stay.resume(peer, remainder, this.#welcomeBack(stay, visitor, remainder));
    return stay.conversation;
  }

  /**
   * The member is on another node, or was when this one or that one stopped. It may be here, too, if this node has not heard
   * that the other one has taken it.
   */
  #fromElsewhere(
    peer: Peer,
    visitor: Visitor,
    claim: ResumeClaim,
  ): Conversation | CloseReason | Promise<Opening> {
    const known = this.#remote(visitor, claim.id);
    // The node that made it has the member, unless it was used. This one need not have heard so.
    const node = this.#staying.keeps(claim.node) ? claim.node : known?.node;
    const isOld = Date.now() - claim.madeAt > usedSeconds * 1000;
    const mayBeForgotten = !isOld && this.#staying.hasJustBegunSince(claim.madeAt);
    const isHere = this.#stays.has(claim.id);
    if (node === undefined && !mayBeForgotten && !isHere) return this.#begin(peer, visitor);
    const { topic, received } = visitor;
    const request: HandOver = { topic, id: claim.id, serial: claim.serial, received };
    return this.#fetch(node, request, isOld).then((answer) => (again) => {
      const now = this.#remote(visitor, claim.id);
      const stay = this.#stays.get(claim.id);
      const isLost = known !== undefined && now === undefined && stay === undefined;
      if (answer === refused || isLost) return this.#begin(again, visitor);
      const remainder = checkedRemainder(answer) ?? nothingKnown(visitor.received);
      const before = { node: node ?? now?.node, info: (now ?? visitor).info };
      if (stay === undefined) return this.#takeIn(again, visitor, request, before, remainder);
      this.#hub.tellAgain(stay.member);
      this.#took(stay, node, request);
      return this.#resume(again, visitor, stay, stay.takeBack(remainder));
    });
  }

  /** @returns `undefined` if there is no answer, and there need not be one */
  async #fetch(node: NodeId | undefined, request: HandOver, isOld: boolean): Promise<unknown> {
    if (!(await this.#staying.use(request.serial))) return refused;
    const answer = node && (await this.#staying.ask(kind, node, request));
    // The topic is closed by now if the last one here has left.
    await this.#hub.warm(request.topic);
    return answer ?? (isOld ? refused : undefined);
  }

  /** The member is here from now on. Its list is fresh: what its node told it of others may not be all. */
  #takeIn(
    peer: Peer,
    visitor: Visitor,
    request: HandOver,
    { node, info }: { readonly node: NodeId | undefined; readonly info: Metadata },
    remainder: Remainder,
  ): Conversation | CloseReason {
    const id = request.id as MemberId;
    const stay = this.#join(peer, visitor, id, info, remainder.received, node);
    if (!(stay instanceof Stay)) return stay;
    show(stay.member, peer, remainder, this.#welcomeBack(stay, visitor, remainder));
    if (remainder.missed !== undefined) peer.send(frames.peerList(stay.member));
    this.#took(stay, node, request);
    return stay.conversation;
  }

  #took(stay: Stay, node: NodeId | undefined, request: HandOver): void {
    stay.taken = node && { node, request };
    this.#staying.tellMoved(kind, node, request);
  }

  #join(
    peer: Peer,
    { topic }: Visitor,
    id: MemberId,
    info: Metadata,
    received = 0,
    movedFrom?: NodeId,
  ): Stay | CloseReason {
    const transport = new KeptTransport(peer.transport, received);
    peer.through(transport);
    const member = this.#hub.join(peer, topic, { id, info, movedFrom });
    if (typeof member === "string") return notJoined[member];
    const stay = new Stay(this.#hub, member, transport, this.#events);
    this.#stays.set(id, stay);
    return stay;
  }

  #remote({ topic }: Visitor, id: string): RemoteMember<Metadata> | undefined {
    const member = this.#hub.topic(topic)?.members.get(id);
    return member?.peer === undefined ? member : undefined;
  }

  #handOver(requests: readonly HandOver[]): readonly unknown[] {
    const room = new RemainderRoom();
    return requests.map(({ topic, id, serial, received }) => {
      const stay = this.#stays.get(id as MemberId);
      if (stay?.serial !== serial || stay.member.topic.name !== topic) return refused;
      return room.fit(stay.handOver(received ?? Number.NaN));
    });
  }

  #moved({ topic, id, serial }: HandOver, to: NodeId): void {
    const stay = this.#stays.get(id as MemberId);
    if (stay === undefined || stay.member.topic.name !== topic) return;
    if (stay.serial === serial || stay.givenUp === serial) stay.moved(to);
  }

  #welcomeBack(stay: Stay, visitor: Visitor, { missed }: Remainder): string {
    const isMissing = missed === undefined ? `,"missed":true` : "";
    return `${this.#tokenFor(stay, visitor)},"resumed":true${isMissing}${visitor.welcome}`;
  }

  /** A fresh token, as members of a `welcome`. The one before is used. */
  #tokenFor(stay: Stay, visitor: Visitor): string {
    const { key, seconds, node } = this.#staying;
    const serial = newSerial();
    stay.serial = serial;
    stay.givenUp = undefined;
    const token = makeResumeToken(key.current, { id: stay.member.id, serial, node }, visitor);
    return `,"resume":"${token}","resumeSeconds":${seconds}`;
  }

  readonly #events = {
    away: (stay: Stay): void => this.#away.add(stay),
    ended: (stay: Stay): void => {
      this.#away.delete(stay);
      this.#stays.delete(stay.member.id);
    },
  };
}
