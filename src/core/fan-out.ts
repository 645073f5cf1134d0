// Sends a frame to the members of a topic that are on this node: one native publish for those on the
// channel, copies to the others. A long frame goes to all in copies.

import { type Announced, framesOf, type News } from "./announced.ts";
import type { Announcer } from "./announcer.ts";
import type { BackpressureScan } from "./backpressure-scan.ts";
import type { MemberId } from "./ids.ts";
import { maxPublishedLength } from "./limits.ts";
import type { LocalMember, Member, Topic } from "./member.ts";
import { isWithin } from "./rights.ts";
import type { Tick } from "./tick.ts";
import type { OwnTopic } from "./topic.ts";
import type { Traffic } from "./traffic.ts";
import type { Transport } from "./transport.ts";

/** Sends a frame to every subscriber of a native channel, but not to `sender`, which is one of them. */
export type Publish = (channel: string, frame: string, sender?: Transport) => void;

/** What it needs of the node. */
interface FanOutContext {
  readonly tick: Tick;
  readonly publish: Publish;
  readonly backpressureScan: BackpressureScan;
  readonly announcer: Announcer;
}

export class FanOut {
  readonly #context: FanOutContext;
  readonly #traffic: Traffic | undefined;

  /** @param traffic counts what is published natively */
  constructor(context: FanOutContext, traffic?: Traffic) {
    this.#context = context;
    this.#traffic = traffic;
  }

  /** Sends what comes before a frame to all: what has gathered, which a native publish would overtake. */
  makeWay<Info>(topic: OwnTopic<Info>): void {
    topic.tellAll();
    if (topic.onChannel > 0) this.#context.tick.flush();
  }

  /** @returns those that had no room */
  send<Info>(
    topic: OwnTopic<Info>,
    frame: string,
    except?: LocalMember<Info>,
  ): readonly LocalMember<Info>[] {
    const isLong = frame.length > maxPublishedLength;
    if (isLong) topic.tellAll();
    else this.makeWay(topic);
    // By now a transport may have been found backed up.
    if (isLong || topic.onChannel === 0) return this.#copy(frame, topic.members.values(), except);
    const missing =
      topic.onChannel < topic.localCount ? this.#copy(frame, offChannel(topic), except) : [];
    this.#publish(topic, frame, except);
    return missing;
  }

  /** Sends a frame to those members here whose role is among some. */
  sendWithin<Info>(
    topic: OwnTopic<Info>,
    frame: string,
    to: ReadonlySet<string>,
    except?: LocalMember<Info>,
  ): void {
    // Each is sent a copy of its own, before which it hears what has gathered.
    const members = topic.members.values();
    this.#copy(
      frame,
      Iterator.from(members).filter((member) => isWithin(to, member)),
      except,
    );
  }

  /** Tells the members here of another one; who has no room for it gets a snapshot later. */
  announce<Info>(topic: OwnTopic<Info>, what: News, id: MemberId, announced: Announced = []): void {
    if (announced.length === 0) return;
    if (topic.gathers) {
      topic.gather(what, id, announced);
      this.#context.announcer.add(topic);
      return;
    }
    for (const frame of framesOf(announced)) this.show(topic, frame);
  }

  /** Sends what the members here must know; one that has no room for it gets a snapshot later. */
  show<Info>(topic: OwnTopic<Info>, frame: string): void {
    for (const member of this.send(topic, frame)) member.missed = true;
  }

  #publish<Info>(topic: Topic<Info>, frame: string, except?: LocalMember<Info>): void {
    const sender = except?.isOnChannel === true ? except.peer.transport : undefined;
    const receivers = topic.onChannel - (sender === undefined ? 0 : 1);
    if (receivers === 0) return;
    this.#context.publish(topic.channel, frame, sender);
    const bytes = Buffer.byteLength(frame);
    if (this.#traffic !== undefined) {
      this.#traffic.framesSent += receivers;
      this.#traffic.bytesSent += receivers * bytes;
    }
    this.#context.backpressureScan.published(topic, bytes);
  }

  /** A peer for which a frame cannot be made is closed; the others get theirs. */
  #copy<Info>(
    frame: string,
    members: Iterable<Member<Info>>,
    except: LocalMember<Info> | undefined,
  ): readonly LocalMember<Info>[] {
    const missing: LocalMember<Info>[] = [];
    const faults = new Map<LocalMember<Info>, unknown>();
    for (const member of members) {
      if (member.peer === undefined || member === except) continue;
      try {
        if (member.send(frame) === "dropped") missing.push(member);
      } catch (thrown) {
        faults.set(member, thrown);
      }
    }
    // Closing changes the members.
    for (const [{ peer }, thrown] of faults) peer.faulted(thrown);
    return missing;
  }
}

function* offChannel<Info>({ members }: Topic<Info>): Iterable<Member<Info>> {
  for (const member of members.values())
    if (member.peer !== undefined && !member.isOnChannel) yield member;
}
