// Members of a hub by name, on fake sockets: a protocol so small that its frames can be read in a test.
// `+ann` says that ann has joined, `-ann` that she has left, `=ann,bob` is the whole topic, but for the
// crowd, whose members do nothing but be there.

import * as v from "valibot";
import type { Bus } from "../../src/core/bus.ts";
import { Hub } from "../../src/core/hub.ts";
import { memberId, topicName } from "../../src/core/ids.ts";
import { channelFrom, type Limits } from "../../src/core/limits.ts";
import type { LocalMember } from "../../src/core/member.ts";
import type { Outcome } from "../../src/core/outcome.ts";
import { FakeNode, type FakePeer } from "../support/fake-node.ts";

export interface HubMember {
  readonly peer: FakePeer["peer"];
  readonly socket: FakePeer["socket"];
  readonly member: LocalMember<string>;
}

export class HubMembers extends FakeNode {
  readonly hub: Hub<string>;
  /** Relays that failed, as their senders were told: `ann: <reference> absent`. */
  readonly failures: string[] = [];
  readonly #members = new Map<string, HubMember>();

  constructor(limits: Partial<Limits> = {}, bus?: Bus, namespace = "test") {
    super(limits, bus);
    this.hub = new Hub<string>(this.node, namespace, {
      info: v.string(),
      joined: ({ id, info }) => `+${id}${info}`,
      left: ({ id }) => `-${id}`,
      snapshot: ({ topic }) => `=${[...topic.members.keys()].filter(isNamed).join(",")}`,
    });
  }

  /** Joins under `name`: with a peer of its own, or as one more membership of a given one. */
  join(name: string, topic = "room", { info = "", as }: Joining = {}): HubMember {
    const connected = as ?? this.#connect(name);
    const joining = { id: memberId(name), info };
    const member = this.hub.join(connected.peer, topicName(topic)!, joining);
    if (typeof member === "string") throw new Error(`${topic} is ${member}`);
    const joined = { ...connected, member };
    this.#members.set(name, joined);
    return joined;
  }

  /** So many silent members that the topic uses a native channel. */
  crowd(topic = "room"): void {
    for (let index = 0; index < channelFrom; index++)
      this.hub.join(this.connect().peer, topicName(topic)!, {
        id: memberId(`~${index}`),
        info: "",
      });
  }

  leave(name: string): void {
    this.hub.leave(this.#members.get(name)!.member);
  }

  relay(from: string, to: string, frame: string, reference?: string): Outcome {
    const { peer, member } = this.#members.get(from)!;
    return this.hub.relay(peer, member.topic, to, frame, reference);
  }

  broadcast(from: string, frame: string, isHeardBySender = false): void {
    const { peer, member } = this.#members.get(from)!;
    this.hub.broadcast(peer, member.topic, frame, isHeardBySender ? undefined : member);
  }

  /** Its reader stops, and its outbox finds out: from now on frames wait. */
  backUp(name: string): void {
    const { peer, socket } = this.#members.get(name)!;
    this.endTick();
    socket.stall();
    socket.sendText("unread");
    peer.send("unread");
    this.endTick();
  }

  read(name: string): void {
    this.#members.get(name)!.socket.read();
    this.endTick();
  }

  /** What everybody has read so far, once the tick has ended. */
  heard(): Record<string, readonly string[]> {
    this.endTick();
    const heard = [...this.#members].map(([name, { socket }]) => [name, socket.received] as const);
    return Object.fromEntries(heard);
  }

  #connect(name: string): FakePeer {
    const connected = this.connect(() => this.leave(name));
    connected.peer.conversation = {
      failed: (reference, why) => this.failures.push(`${name}: ${reference} ${why}`),
    };
    return connected;
  }
}

const isNamed = (id: string): boolean => !id.startsWith("~");

interface Joining {
  readonly info?: string;
  readonly as?: FakePeer;
}
