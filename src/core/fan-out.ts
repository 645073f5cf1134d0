// Sends a frame to the members of a topic that are on this node: one native publish for those on the
// channel, copies to the others, and a long frame to all in copies.

import { maxPublishedLength } from "./limits.ts";
import type { Node } from "./node.ts";
import type { LocalMember, Member, Topic } from "./topic.ts";

export class FanOut {
  readonly #node: Node;

  constructor(node: Node) {
    this.#node = node;
  }

  /** @returns those that had no room */
  send<Info>(
    topic: Topic<Info>,
    frame: string,
    except?: LocalMember<Info>,
  ): readonly LocalMember<Info>[] {
    if (topic.onChannel === 0 || frame.length > maxPublishedLength)
      return copy(frame, topic.members.values(), except);
    // First, for a publish would overtake what has gathered; and it may find a socket backed up.
    this.#node.tick.flush();
    const missing =
      topic.onChannel < topic.localCount ? copy(frame, offChannel(topic), except) : [];
    this.#publish(topic, frame, except);
    return missing;
  }

  #publish<Info>(topic: Topic<Info>, frame: string, except?: LocalMember<Info>): void {
    const sender = except?.isOnChannel === true ? except.peer.socket : undefined;
    if (topic.onChannel === (sender === undefined ? 0 : 1)) return;
    if (sender === undefined) this.#node.publish(topic.channel, frame);
    else sender.publishText(topic.channel, frame);
    this.#node.lookout.published(topic, frame);
  }
}

/** @returns those of `members` that had no room */
function copy<Info>(
  frame: string,
  members: Iterable<Member<Info>>,
  except: LocalMember<Info> | undefined,
): readonly LocalMember<Info>[] {
  const missing: LocalMember<Info>[] = [];
  for (const member of members) {
    if (member.peer === undefined || member === except) continue;
    if (member.send(frame) === "dropped") missing.push(member);
  }
  return missing;
}

function* offChannel<Info>({ members }: Topic<Info>): Iterable<Member<Info>> {
  for (const member of members.values())
    if (member.peer !== undefined && !member.isOnChannel) yield member;
}
