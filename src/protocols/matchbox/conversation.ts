// One client's side of the matchbox protocol: passes its signals on to peers of its mesh or group.

import type { LocalMember } from "../../core/member.ts";
import type { Conversation } from "../protocol.ts";
import type { MatchboxRooms, Wish } from "./rooms.ts";
import { frames, parse } from "./wire.ts";

export class MatchboxConversation implements Conversation {
  readonly #rooms: MatchboxRooms;
  readonly #member: LocalMember<number>;
  readonly #wish: Wish;

  constructor(rooms: MatchboxRooms, member: LocalMember<number>, wish: Wish) {
    this.#rooms = rooms;
    this.#member = member;
    this.#wish = wish;
    member.peer.send(frames.idAssigned(member.id));
  }

  receive(text: string): void {
    const signal = parse(text);
    if (signal === undefined) return;
    const { peer, topic, id } = this.#member;
    // The protocol has no error, so no failure is reported.
    this.#rooms.hub.relay(peer, topic, signal.receiver, frames.signal(id, signal.data));
  }

  closed(): void {
    this.#rooms.leave(this.#member, this.#wish);
  }
}
