// How a hub sends frames to single members, here and on other nodes. What the parameters mean is at `Hub.relay`.

import type { Link } from "./bus.ts";
import type { RemoteMember, Topic } from "./member.ts";
import { isFailed, type LateFailure, type Outcome } from "./outcome.ts";
import { ownString } from "./own-string.ts";
import type { Peer } from "./peer.ts";
import { RelayCounts } from "./relay-counts.ts";
import { isForbidden } from "./rights.ts";

export class Relays<Info> {
  readonly counts: RelayCounts;
  readonly #link: Link;

  /** @param relayed as in `HubObserver` */
  constructor(link: Link, relayed?: (sender: Peer, outcome: Outcome) => void) {
    this.#link = link;
    this.counts = new RelayCounts(relayed);
  }

  send(
    sender: Peer,
    topic: Topic<Info> | undefined,
    to: string,
    frame: string,
    reference: string | undefined,
  ): Outcome {
    const member = topic?.members.get(to);
    const { rights } = sender;
    let outcome: Outcome = "absent";
    if (rights !== undefined && isForbidden(rights, sender, member)) outcome = "forbidden";
    else if (member?.peer !== undefined) outcome = member.relay(frame);
    else if (topic !== undefined && member !== undefined)
      outcome = this.#passOf(sender, topic, member, frame, reference);
    return this.counts.settle(sender, outcome, reference);
  }

  sendToAny(
    sender: Peer,
    topic: Topic<Info>,
    receivers: readonly string[],
    frame: string,
    reference: string | undefined,
  ): Outcome {
    const { rights } = sender;
    const known = receivers.map((to) => topic.members.get(to)).filter(isThere);
    const allowed =
      rights === undefined ? known : known.filter((member) => !isForbidden(rights, sender, member));
    const isNobody = allowed.length === known.length && rights?.maySignal !== false;
    let best: Outcome = isNobody ? "absent" : "forbidden";
    /** Relays to other nodes that may still fail. */
    let open = 0;
    const kept = reference === undefined ? undefined : ownString(reference);
    const failed = (why: LateFailure): void => {
      open--;
      if (open === 0) this.counts.failedLate(sender, why, kept);
    };
    for (const member of allowed) {
      const isHere = member.peer !== undefined;
      const outcome = isHere ? member.relay(frame) : this.#pass(topic, member, frame, kept, failed);
      // One that has arrived here cannot fail any more.
      if (!isFailed(outcome)) open += isHere ? Number.POSITIVE_INFINITY : 1;
      if (isFailed(best)) best = outcome;
    }
    return this.counts.settle(sender, best, reference);
  }

  notify(topic: Topic<Info>, to: string, frame: string): Outcome {
    const member = topic.members.get(to);
    if (member === undefined) return "absent";
    if (member.peer !== undefined) return member.relay(frame);
    return this.#pass(topic, member, frame, undefined, () => undefined);
  }

  /** A method of its own: where a closure could be made, each call pays for what it would capture. */
  #passOf(
    sender: Peer,
    topic: Topic<Info>,
    member: RemoteMember<Info>,
    frame: string,
    reference: string | undefined,
  ): Outcome {
    // Kept until the other node has answered.
    const kept = reference === undefined ? undefined : ownString(reference);
    const failed = (why: LateFailure) => this.counts.failedLate(sender, why, kept);
    return this.#pass(topic, member, frame, kept, failed);
  }

  /** Passes a frame on to a member on another node. @param kept what `failed` keeps in memory */
  #pass(
    { name }: Topic<Info>,
    { id, node }: RemoteMember<Info>,
    frame: string,
    kept: string | undefined,
    failed: (why: LateFailure) => void,
  ): Outcome {
    return this.#link.relay(name, node, { to: id, frame, held: kept?.length ?? 0, failed });
  }
}

const isThere = <Each>(member: Each | undefined): member is Each => member !== undefined;
