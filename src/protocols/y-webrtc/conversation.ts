// One client's side of the y-webrtc protocol: the rooms and relay topics that its socket is subscribed to, what
// it publishes there, and who gets a signal.

import { closeReasons, notJoined } from "../../core/close.ts";
import type { Hub } from "../../core/hub.ts";
import { type MemberId, newMemberId, topicName } from "../../core/ids.ts";
import type { LocalMember, Topic } from "../../core/member.ts";
import type { Peer } from "../../core/peer.ts";
import { rawMembers } from "../json/raw-members.ts";
import type { Conversation } from "../protocol.ts";
import { type ClaimedIds, everything, noIds, withId } from "./claimed-ids.ts";
import {
  badName,
  isJson,
  isRelayFrame,
  malformed,
  message,
  namesIn,
  pong,
  relayFrame,
  textOf,
  tooMany,
  typeOf,
  withClients,
} from "./wire.ts";

const nothing = (): void => undefined;

/** What all conversations of this protocol share. */
export interface YjsRooms {
  /** The rooms of y-webrtc. */
  readonly rooms: Hub<ClaimedIds>;
  /** The topics of trystero's ws-relay. They are other topics than rooms of the same names. */
  readonly relays: Hub<ClaimedIds>;
  readonly isDirected: boolean;
  readonly maxTopics: number;
  /** How many conversations are open. */
  connections: number;
}

/** A message of the type `publish`. All members but `topic` are JSON as the client wrote it. */
interface PublishFrame {
  readonly text: string;
  readonly topic: string;
  /** The member `clients`, if the client has set it. It is overwritten. */
  readonly clients: string | undefined;
  readonly to: string | undefined;
  readonly from: string | undefined;
}

type Reply = ReturnType<Conversation["receive"]>;

export class YWebrtcConversation implements Conversation {
  readonly #shared: YjsRooms;
  readonly #peer: Peer;
  /** The member id in all topics. Clients never see it; they choose ids of their own. */
  readonly #id: MemberId = newMemberId();
  /** The fields that it has subscribed with so far, even if they named no topic, or one that it has left. */
  #subscribes: "topics" | "topic" | "both" | undefined;
  /** An array, since most clients are in one topic. A map would cost 200 bytes more. */
  readonly #members: LocalMember<ClaimedIds>[] = [];

  constructor(shared: YjsRooms, peer: Peer) {
    this.#shared = shared;
    this.#peer = peer;
    shared.connections++;
  }

  receive(text: string): Reply {
    const members = rawMembers(text, message);
    if (members === undefined) return isJson(text) ? undefined : this.#peer.close(malformed);
    const [type, topics, topic, payload, clients, , to, from] = members;
    switch (typeOf(type)) {
      case "publish":
        if (topic === undefined) return;
        return payload !== undefined && this.#isForRelay(text)
          ? this.#relay(topic, payload)
          : this.#publish({ text, topic: textOf(topic), clients, to, from });
      case "subscribe":
        this.#noteFields(topics, topic);
        return this.#subscribe(this.#hubOf(topics), namesIn(topics, topic));
      case "unsubscribe":
        return this.#unsubscribe(this.#hubOf(topics), namesIn(topics, topic));
      case "ping":
        this.#peer.send(pong);
    }
  }

  closed(): void {
    this.#shared.connections--;
    const { rooms, relays } = this.#shared;
    for (const member of this.#members) {
      const { topic } = member;
      (rooms.topic(topic.name) === topic ? rooms : relays).leave(member);
    }
  }

  /** Whether a publish with a payload is trystero's. In y-webrtc a publish may have any field, also `payload`. */
  #isForRelay(text: string): boolean {
    switch (this.#subscribes) {
      case "topics":
        return false;
      case "topic":
        return true;
      case "both":
      case undefined:
        return isRelayFrame(text);
    }
  }

  /** Clients of y-webrtc name rooms in `topics`, those of trystero name one topic in `topic`. */
  #hubOf(topics: string | undefined): Hub<ClaimedIds> {
    return topics === undefined ? this.#shared.relays : this.#shared.rooms;
  }

  #noteFields(topics: string | undefined, topic: string | undefined): void {
    if (topics === undefined && topic === undefined) return;
    const field = topics === undefined ? "topic" : "topics";
    this.#subscribes = (this.#subscribes ?? field) === field ? field : "both";
  }

  /** Further messages of the client wait until other nodes forward what is published in these topics. */
  #subscribe(hub: Hub<ClaimedIds>, names: readonly string[]): Reply {
    const { maxTopics } = this.#shared;
    const waits: Promise<void>[] = [];
    for (const text of names) {
      const name = topicName(text);
      if (name === undefined) return this.#peer.close(badName);
      if (this.#memberOf(hub.topic(name)) !== undefined) continue;
      if (this.#members.length === maxTopics) return this.#peer.close(tooMany(maxTopics));
      const member = hub.join(this.#peer, name, { id: this.#id, info: noIds });
      if (typeof member === "string") return this.#peer.close(notJoined[member]);
      this.#members.push(member);
      const known = hub.warm(name);
      if (known !== undefined) waits.push(known);
    }
    if (waits.length > 0) return Promise.all(waits).then(() => nothing);
  }

  #unsubscribe(hub: Hub<ClaimedIds>, names: readonly string[]): void {
    for (const text of names) {
      const member = this.#memberOf(hub.topic(text));
      if (member === undefined) continue;
      hub.leave(member);
      this.#members.splice(this.#members.indexOf(member), 1);
    }
  }

  /** Waits until the subscribers on all nodes are known, even if there are none on this one. */
  #publish(message: PublishFrame): Reply {
    // Clients may publish without a subscription, so the token has not been checked for this topic.
    if (!this.#peer.mayJoin(message.topic)) return this.#peer.close(closeReasons.notAllowed);
    const known = this.#shared.rooms.warm(message.topic);
    if (known !== undefined) return known.then(() => () => this.#send(message));
    this.#send(message);
  }

  #send(message: PublishFrame): void {
    const { rooms, isDirected } = this.#shared;
    const topic = rooms.topic(message.topic);
    if (topic === undefined) return;
    const sender = this.#memberOf(topic);
    const frame = withClients(message.text, message.clients, topic.members.size);
    if (isDirected) {
      if (sender !== undefined) this.#claim(sender, textOf(message.from));
      const to = textOf(message.to);
      if (to !== "" && this.#direct(topic, to, frame)) return;
    }
    rooms.broadcast(this.#peer, topic, frame, sender);
  }

  /** Takes the `from` of a signal for an id of its sender. */
  #claim(sender: LocalMember<ClaimedIds>, from: string): void {
    if (from === "") return;
    const ids = withId(sender.info, from);
    if (ids !== sender.info) this.#shared.rooms.update(sender, ids);
  }

  /** Sends to those who claim the id `to`. @returns false, and sends nothing, if nobody does */
  #direct(topic: Topic<ClaimedIds>, to: string, frame: string): boolean {
    const receivers: MemberId[] = [];
    for (const { id } of topic.members.withKey(to)) if (id !== this.#id) receivers.push(id);
    if (receivers.length === 0) return false;
    for (const { id } of topic.members.withKey(everything)) if (id !== this.#id) receivers.push(id);
    // The protocol has no error frames, so failures are not reported.
    for (const id of receivers) this.#shared.rooms.relay(this.#peer, topic, id, frame);
    return true;
  }

  /** Waits like `#publish`: other nodes ignore a node that they have not met in this topic. */
  #relay(rawTopic: string, rawPayload: string): Reply {
    const { relays } = this.#shared;
    const name = textOf(rawTopic);
    if (!this.#peer.mayJoin(name)) return this.#peer.close(closeReasons.notAllowed);
    const send = (): void => {
      relays.broadcast(this.#peer, relays.topic(name), relayFrame(rawTopic, rawPayload));
    };
    const known = relays.warm(name);
    if (known !== undefined) return known.then(() => send);
    send();
  }

  /** The membership of this conversation in a topic. */
  #memberOf(topic: Topic<ClaimedIds> | undefined): LocalMember<ClaimedIds> | undefined {
    const member = topic?.members.get(this.#id);
    return member?.peer === undefined ? undefined : member;
  }
}
