// One client's side of the RxDB protocol: the rooms of its socket, and the signals that it sends there.

import { closeReasons, notJoined } from "../../core/close.ts";
import type { Hub } from "../../core/hub.ts";
import type { MemberId, TopicName } from "../../core/ids.ts";
import type { LocalMember, Topic } from "../../core/member.ts";
import type { Peer } from "../../core/peer.ts";
import type { Conversation } from "../protocol.ts";
import { closings, frames, newId, parse, tooManyRooms } from "./wire.ts";

/** What all conversations of a server share. */
export interface RxdbRooms {
  readonly hub: Hub<null>;
  /** Of one connection. */
  readonly maxRooms: number;
  readonly maxRoomMembers: number;
}

type RxdbReply = ReturnType<Conversation["receive"]>;

export class RxdbConversation implements Conversation {
  readonly #rooms: RxdbRooms;
  readonly #peer: Peer;
  /** The same in all its rooms. */
  readonly #id: MemberId = newId();
  /** An array, since a client has one room: a map costs 200 bytes more. */
  readonly #members: LocalMember<null>[] = [];

  constructor(rooms: RxdbRooms, peer: Peer) {
    this.#rooms = rooms;
    this.#peer = peer;
    peer.send(frames.init(this.#id));
  }

  receive(text: string): RxdbReply {
    const message = parse(text);
    if ("code" in message) return this.#peer.close(message);
    switch (message.type) {
      case "join":
        return this.#join(message.room);
      case "signal":
        if (message.from !== this.#id) return this.#peer.close(closings.spoofed);
        return this.#signal(message.to, text);
      case "ping":
        return;
      default:
        message satisfies never;
    }
  }

  closed(): void {
    for (const member of this.#members) this.#rooms.hub.leave(member);
  }

  /** Waits until it is known who is in the room on other nodes: its first list is whole. */
  #join(name: TopicName): RxdbReply {
    const { hub, maxRooms } = this.#rooms;
    if (this.#isIn(name)) return;
    if (this.#members.length === maxRooms) return this.#peer.close(tooManyRooms(maxRooms));
    // Nobody opens a room that its token does not name.
    if (!this.#peer.mayJoin(name)) return this.#peer.close(closeReasons.notAllowed);
    const known = hub.warm(name);
    if (known !== undefined) return known.then(() => () => this.#enter(name));
    this.#enter(name);
  }

  #enter(name: TopicName): void {
    const { hub, maxRoomMembers } = this.#rooms;
    const size = hub.topic(name)?.members.size ?? 0;
    if (size >= maxRoomMembers) return this.#peer.close(closings.roomFull);
    const member = hub.join(this.#peer, name, { id: this.#id, info: null });
    if (typeof member === "string") return this.#peer.close(notJoined[member]);
    this.#members.push(member);
  }

  /** Passes a frame on, as it is, to somebody in a room of its sender. */
  #signal(to: string, frame: string): void {
    const { hub } = this.#rooms;
    // The protocol has no error, so no failure is reported.
    hub.relay(this.#peer, this.#sharedWith(to), to, frame);
  }

  #sharedWith(id: string): Topic<null> | undefined {
    return this.#members.find(({ topic }) => topic.members.get(id) !== undefined)?.topic;
  }

  #isIn(name: TopicName): boolean {
    return this.#members.some(({ topic }) => topic.name === name);
  }
}
