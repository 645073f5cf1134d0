// One peer's side of the GStreamer protocol: what its client says of itself, and what it is told of the others.

import { closeReasons } from "../../core/close.ts";
import type { LocalMember } from "../../core/member.ts";
import type { Delivery, FailedOutcome } from "../../core/outcome.ts";
import { ownString } from "../../core/own-string.ts";
import type { Conversation } from "../protocol.ts";
import { GstClient } from "./client.ts";
import { noteIn } from "./notes.ts";
import { PeerSessions } from "./peer-sessions.ts";
import { type GstRegistration, has, isSame, type Status, sides } from "./registration.ts";
import type { Spaces } from "./spaces.ts";
import { errors, frames, type GstMessage, parse, statusBeginning, type Version } from "./wire.ts";

export class GstConversation implements Conversation {
  readonly #spaces: Spaces;
  readonly #member: LocalMember<GstRegistration>;
  readonly #client: GstClient;
  readonly #sessions: PeerSessions;
  #hasSpoken = false;

  constructor(spaces: Spaces, member: LocalMember<GstRegistration>) {
    this.#spaces = spaces;
    this.#member = member;
    this.#client = new GstClient(member.peer);
    this.#sessions = new PeerSessions(spaces, member, this.#client);
    this.#client.tell(frames.welcome(member.id));
  }

  receive(text: string): void {
    const message = parse(text);
    if (message === undefined) return this.#spaces.unreadable.count();
    this.#handle(message, text);
    this.#hasSpoken = true;
  }

  /** A frame for this member, or a note of another conversation. */
  take(frame: string): Delivery {
    const note = noteIn(frame);
    if (note === "invalid") return "sent";
    return note === undefined ? this.#pass(frame) : this.#sessions.take(note);
  }

  tooFast(): void {
    this.#client.refuse(errors.tooFast);
  }

  tooLarge(maxBytes: number): void {
    this.#client.refuse(errors.tooLarge(maxBytes));
  }

  failed(reference: string, why: FailedOutcome): void {
    this.#sessions.failed(reference, why);
  }

  closed(): void {
    // A server that stops takes no call along.
    if (this.#member.peer.ended !== closeReasons.restart)
      for (const side of sides) this.#sessions.endAs(side);
    this.#spaces.hub.leave(this.#member);
  }

  #handle(message: GstMessage, text: string): void {
    const { topic } = this.#member;
    switch (message.type) {
      case "setProtocolVersion":
        return this.#setVersion(message.version);
      case "setPeerStatus":
        return this.#setStatus(message.status);
      case "list":
        return this.#client.tell(this.#spaces.list(topic));
      case "listConsumers":
        this.#spaces.seesConsumers.add(this.#member);
        return this.#client.tell(this.#spaces.listConsumers(topic));
      case "startSession":
        return this.#sessions.start(message.peerId, message.offer);
      case "peer":
        return this.#sessions.relay(message, text);
      case "endSession":
        return this.#sessions.end(message.sessionId, message.error);
      default:
        message satisfies never;
    }
  }

  #setVersion(version: Version): void {
    if (this.#hasSpoken) this.#client.refuse(errors.lateVersion(this.#member.id));
    else this.#client.version = version;
  }

  #setStatus({ roles, meta }: Status): void {
    const { info } = this.#member;
    const next = { ...info, roles, meta: ownString(meta) };
    if (isSame(info, next)) return;
    const refusal = this.#refusalOf(next);
    if (refusal !== undefined) return this.#client.refuse(refusal);
    for (const side of sides) if (has(info, side) && !has(next, side)) this.#sessions.endAs(side);
    this.#spaces.hub.update(this.#member, next);
  }

  #refusalOf(next: GstRegistration): string | undefined {
    const { maxMetaBytes, maxListBytes } = this.#spaces.options;
    if (sides.every((side) => has(next, side))) return errors.bothSides(this.#member.id);
    if (Buffer.byteLength(next.meta) > maxMetaBytes) return errors.longMeta(maxMetaBytes);
    return this.#spaces.isTooLong(this.#member, next) ? errors.longList(maxListBytes) : undefined;
  }

  /** Those who do not listen are not told of others. */
  #pass(frame: string): Delivery {
    const { info, missed, peer } = this.#member;
    if (frame.startsWith(statusBeginning)) {
      if (!has(info, "listener")) return "sent";
      if (missed) return "dropped";
    }
    return peer.send(frame);
  }
}
