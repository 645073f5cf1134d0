// One client's side of the Nostr protocol: what it subscribes to, and the events that it publishes.

import { closeReasons } from "../../core/close.ts";
import type { Hub } from "../../core/hub.ts";
import { type MemberId, newMemberId, topicName } from "../../core/ids.ts";
import type { LocalMember } from "../../core/member.ts";
import type { Peer } from "../../core/peer.ts";
import type { Conversation } from "../protocol.ts";
import { firstTopic, type Subscription, Subscriptions, topicsOfEvent } from "./subscriptions.ts";
import {
  answers,
  type ClientMessage,
  type Filter,
  forbidden,
  malformed,
  type NostrEvent,
  parse,
  readEvent,
} from "./wire.ts";

/** What all conversations of a server share. */
export interface NostrRelay {
  readonly hub: Hub<null>;
  readonly maxSubscriptions: number;
  readonly maxTopics: number;
  /** How far from now events may have been created; 0 for any time. */
  readonly maxEventAgeSeconds: number;
  readonly maxMessageBytes: number;
}

/** An event is given to its receivers one after another: it is read once, and if it was published here not again. */
let latest: { readonly raw: string; readonly read: ReadEvent | undefined } | undefined;

interface ReadEvent {
  readonly event: NostrEvent;
  readonly topics: readonly string[];
  /** What `firstTopic` has said of a subscription, if the event has several topics; null if it has said none. */
  readonly first: WeakMap<Subscription, string | null> | undefined;
}

function readOf(event: NostrEvent): ReadEvent {
  const topics = topicsOfEvent(event);
  return { event, topics, first: topics.length > 1 ? new WeakMap() : undefined };
}

function eventIn(raw: string): ReadEvent | undefined {
  if (latest?.raw !== raw) {
    const event = readEvent(raw);
    latest = { raw, read: event && readOf(event) };
  }
  return latest.read;
}

/** A subscription is asked by each copy of an event, and looks at it once. */
function firstTopicOf(
  subscription: Subscription,
  { event, topics, first }: ReadEvent,
): string | null {
  const known = first?.get(subscription);
  if (known !== undefined) return known;
  const found = firstTopic(subscription, event, topics) ?? null;
  first?.set(subscription, found);
  return found;
}

const secondsFromNow = (event: NostrEvent): number =>
  Math.abs(Math.floor(Date.now() / 1000) - event.created_at);

export class NostrConversation implements Conversation {
  readonly #relay: NostrRelay;
  readonly #peer: Peer;
  /** The same in all its topics; nobody sees it. */
  readonly #id: MemberId = newMemberId();
  readonly #subscriptions = new Subscriptions();
  readonly #members = new Map<string, LocalMember<null>>();

  constructor(relay: NostrRelay, peer: Peer) {
    this.#relay = relay;
    this.#peer = peer;
  }

  receive(text: string): undefined | Promise<() => void> {
    const message = parse(text);
    if (message === undefined) {
      this.#peer.close(malformed);
      return undefined;
    }
    return this.#handle(message);
  }

  tooFast(): void {
    this.#peer.send(answers.notice("rate-limited: slow down"));
  }

  tooLarge(maxBytes: number): void {
    this.#peer.send(answers.notice(`invalid: message over ${maxBytes} bytes`));
  }

  closed(): void {
    for (const member of this.#members.values()) this.#relay.hub.leave(member);
  }

  #handle(message: ClientMessage): undefined | Promise<() => void> {
    switch (message.type) {
      case "EVENT":
        return this.#publish(message.event, message.raw);
      case "REQ":
        return this.#subscribe(message.id, message.filters);
      case "CLOSE":
        this.#subscriptions.delete(message.id);
        this.#leaveUnused();
        return undefined;
      case "refused":
        this.#peer.send(message.answer);
        return undefined;
      default:
        message satisfies never;
        return undefined;
    }
  }

  /** Until other nodes send here what is published there, what the client sends next waits. */
  #subscribe(id: string, filters: readonly Filter[]): undefined | Promise<() => void> {
    const { hub, maxSubscriptions, maxTopics } = this.#relay;
    if (!this.#subscriptions.has(id) && this.#subscriptions.size >= maxSubscriptions)
      return this.#refuse(id, "error: too many subscriptions");
    this.#subscriptions.set(id, filters);
    const { topics, values } = this.#subscriptions;
    if (values > maxTopics) return this.#refuse(id, "error: too many values in filters");
    const waits: Promise<void>[] = [];
    for (const text of topics.keys()) {
      if (this.#members.has(text)) continue;
      const problem = this.#join(text);
      if (problem !== undefined) return this.#refuse(id, problem);
      const known = hub.warm(text);
      if (known !== undefined) waits.push(known);
    }
    this.#leaveUnused();
    const answer = (): void => {
      this.#peer.send(answers.endOfStored(id));
    };
    if (waits.length > 0) return Promise.all(waits).then(() => answer);
    answer();
    return undefined;
  }

  #refuse(id: string, problem: string): undefined {
    this.#subscriptions.delete(id);
    this.#leaveUnused();
    this.#peer.send(answers.closed(id, problem));
  }

  /** @returns why it is not in the topic, if it is not */
  #join(text: string): string | undefined {
    const name = topicName(text);
    if (name === undefined) return "invalid: a tag value is empty or too long";
    const member = this.#relay.hub.join(this.#peer, name, {
      id: this.#id,
      info: null,
      render: (raw, { topic }) => this.#render(raw, topic.name),
    });
    if (member === "forbidden") this.#peer.close(closeReasons.notAllowed);
    if (typeof member === "string") return "error: there is no room";
    this.#members.set(name, member);
    return undefined;
  }

  #leaveUnused(): void {
    const { topics } = this.#subscriptions;
    for (const [name, member] of this.#members) {
      if (topics.has(name)) continue;
      this.#relay.hub.leave(member);
      this.#members.delete(name);
    }
  }

  /** An event as this client is sent it, once for each of its subscriptions that want it. */
  #render(raw: string, topic: string): string | undefined {
    const read = eventIn(raw);
    if (read === undefined) return undefined;
    let last: string | undefined;
    for (const subscription of this.#subscriptions.all) {
      if (firstTopicOf(subscription, read) !== topic) continue;
      if (last !== undefined) this.#peer.send(answers.event(last, raw));
      last = subscription.id;
    }
    return last === undefined ? undefined : answers.event(last, raw);
  }

  /** Waits until this node is known in the event's topics: other nodes ignore a node that they have not met there. */
  #publish(event: NostrEvent, raw: string): undefined | Promise<() => void> {
    const { hub, maxEventAgeSeconds } = this.#relay;
    if (maxEventAgeSeconds > 0 && secondsFromNow(event) > maxEventAgeSeconds) {
      const problem = `invalid: created_at is more than ${maxEventAgeSeconds} seconds from now`;
      this.#peer.send(answers.ok(event.id, problem));
      return undefined;
    }
    const read = readOf(event);
    const { topics } = read;
    if (!topics.every((topic) => this.#peer.mayJoin(topic))) {
      this.#peer.close(closeReasons.notAllowed);
      return undefined;
    }
    const send = (): void => {
      latest = { raw, read };
      const isForbidden = topics.some(
        (name) => hub.broadcast(this.#peer, hub.topic(name), raw) === "forbidden",
      );
      this.#peer.send(answers.ok(event.id, isForbidden ? forbidden : ""));
    };
    if (!hub.isAlone) {
      const waits = topics.map((name) => hub.warm(name)).filter((known) => known !== undefined);
      if (waits.length > 0) return Promise.all(waits).then(() => send);
    }
    send();
    return undefined;
  }
}
