// The memberships that may be resumed, and how clients come back to them.

import { Away } from "../../core/away.ts";
import { type CloseReason, closeReasons, notJoined } from "../../core/close.ts";
import type { Hub } from "../../core/hub.ts";
import { type MemberId, newMemberId, type TopicName } from "../../core/ids.ts";
import { KeptTransport } from "../../core/kept-transport.ts";
import type { Peer } from "../../core/peer.ts";
import type { Context, Conversation } from "../protocol.ts";
import { makeResumeToken, readResumeToken } from "./resume-token.ts";
import { Stay } from "./stay.ts";
import { frames, type Metadata } from "./wire.ts";

/** Who asks for a membership that may be resumed. */
export interface Visitor {
  readonly topic: TopicName;
  readonly info: Metadata;
  /** The `sub` of its token; `undefined` where none is required. */
  readonly userId: string | undefined;
  /** `new`, or the token of the membership that it wants back. */
  readonly resume: string;
  /** How many frames it has received of that one. */
  readonly received: number;
}

export class Stays {
  /** How many clients have come back so far. */
  resumes = 0;
  readonly #hub: Hub<Metadata>;
  readonly #seconds: number;
  readonly #key: string;
  readonly #away: Away;
  readonly #stays = new Map<MemberId, Stay>();

  constructor(hub: Hub<Metadata>, { clock, staying: { seconds, key } }: Context) {
    this.#hub = hub;
    this.#seconds = seconds;
    this.#key = key;
    this.#away = new Away(clock, seconds);
  }

  /** How many memberships have lost their connection, and may be resumed. */
  get away(): number {
    return this.#away.size;
  }

  /** Whether memberships can be resumed. */
  get isOn(): boolean {
    return this.#seconds > 0;
  }

  /** Gives a client its membership back, or a fresh one. The members on other nodes must be known. */
  open(peer: Peer, visitor: Visitor): Conversation | CloseReason {
    if (!peer.mayJoin(visitor.topic)) return closeReasons.notAllowed;
    const stay = this.#find(visitor);
    return stay === undefined ? this.#begin(peer, visitor) : this.#resume(peer, visitor, stay);
  }

  #find(visitor: Visitor): Stay | undefined {
    const claim = readResumeToken(this.#key, visitor.resume, visitor);
    const stay = claim && this.#stays.get(claim.id);
    return stay?.serial === claim?.serial ? stay : undefined;
  }

  #begin(peer: Peer, visitor: Visitor): Conversation | CloseReason {
    const transport = new KeptTransport(peer.transport);
    peer.through(transport);
    const { topic, info, resume } = visitor;
    const member = this.#hub.join(peer, topic, { id: newMemberId(), info });
    if (typeof member === "string") return notJoined[member];
    const stay = new Stay(this.#hub, member, transport, this.#events);
    this.#stays.set(member.id, stay);
    const resumed = resume === "new" ? "" : `,"resumed":false`;
    peer.send(frames.welcome(member.id, this.#tokenFor(stay, visitor) + resumed));
    peer.send(frames.peerList(member));
    return stay.conversation;
  }

  #resume(peer: Peer, visitor: Visitor, stay: Stay): Conversation {
    this.resumes++;
    this.#away.delete(stay);
    const remainder = stay.part(visitor.received);
    const missed = remainder.missed === undefined ? `,"missed":true` : "";
    stay.resume(peer, remainder, `${this.#tokenFor(stay, visitor)},"resumed":true${missed}`);
    return stay.conversation;
  }

  /** A fresh token, as members of a `welcome`. The one before is used. */
  #tokenFor(stay: Stay, visitor: Visitor): string {
    stay.serial = newSerial();
    const token = makeResumeToken(this.#key, stay.member.id, stay.serial, visitor);
    return `,"resume":"${token}","resumeSeconds":${this.#seconds}`;
  }

  readonly #events = {
    away: (stay: Stay): void => this.#away.add(stay),
    ended: (stay: Stay): void => {
      this.#away.delete(stay);
      this.#stays.delete(stay.member.id);
    },
  };
}

/** 96 bits. */
const newSerial = (): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(12))).toString("base64url");
