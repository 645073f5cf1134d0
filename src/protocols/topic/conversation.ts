// One member's side of the topic protocol: passes on what its client sends, and tells it what failed.

import type { Hub } from "../../core/hub.ts";
import type { LocalMember } from "../../core/member.ts";
import type { FailedOutcome } from "../../core/outcome.ts";
import type { Conversation } from "../protocol.ts";
import { frames, type Metadata, malformed, parse, type TopicErrorCode } from "./wire.ts";

/** What a sender is told of a relay that has failed. */
export const errorOf: Readonly<Record<FailedOutcome, TopicErrorCode>> = {
  dropped: "dropped",
  absent: "target_not_found",
  forbidden: "forbidden",
};

export class TopicConversation implements Conversation {
  readonly #hub: Hub<Metadata>;
  readonly #member: LocalMember<Metadata>;

  constructor(hub: Hub<Metadata>, member: LocalMember<Metadata>) {
    this.#hub = hub;
    this.#member = member;
  }

  receive(text: string): void {
    const { id, peer, topic } = this.#member;
    const message = parse(text);
    if (message === undefined) return peer.close(malformed);
    const { to, msgId } = message;
    const frame = frames.signal(id, message);
    if (frame === undefined) return this.#refuse("invalid_type", msgId);
    if (to === "") return this.#refuse("missing_target", msgId);
    this.#hub.relay(peer, topic, to, frame, msgId);
  }

  failed(msgId: string, why: FailedOutcome): void {
    this.#refuse(errorOf[why], msgId);
  }

  tooFast(): void {
    this.#refuse("too_fast", "");
  }

  closed(): void {
    this.#hub.leave(this.#member);
  }

  #refuse(code: TopicErrorCode, msgId: string): void {
    this.#member.peer.send(frames.error(code, msgId));
  }
}
