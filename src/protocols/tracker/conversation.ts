// One connection to the tracker. It may be in many swarms, and in each of them under several peer_ids: clients
// share a socket among all that they do.

import { closeReasons, notJoined } from "../../core/close.ts";
import type { Outcome } from "../../core/outcome.ts";
import type { Peer } from "../../core/peer.ts";
import type { Conversation } from "../protocol.ts";
import { ownRaw } from "./binary.ts";
import { frames, reasons } from "./frames.ts";
import { type Announce, type AnswerRequest, type Latest, parse, type Scrape } from "./requests.ts";
import { isComplete } from "./standing.ts";
import type { Speaker, SwarmMember, Swarms } from "./swarms.ts";

type Pending = ReturnType<Conversation["receive"]>;

export class TrackerConversation implements Conversation, Speaker {
  readonly #swarms: Swarms;
  readonly #peer: Peer;
  /** An array, since most are in few; some may have been lost to another connection since. */
  #members: SwarmMember[] = [];
  /** Of its last membership. To read both anew takes a sixth of an announce; to keep them, 300 bytes. */
  #latest: Latest | undefined;
  #isSilent = false;

  constructor(swarms: Swarms, peer: Peer) {
    this.#swarms = swarms;
    this.#peer = peer;
    swarms.silence.heard(this);
  }

  receive(text: string): Pending {
    this.#swarms.silence.heard(this);
    if (this.#isSilent) this.#setSilent(false);
    const request = parse(text, this.#latest);
    switch (request.kind) {
      case "announce":
        return this.#whenKnown(request);
      case "answer":
        return this.#answer(request);
      case "scrape":
        return this.#scrape(request);
      case "wrong":
        this.#peer.send(request.failure);
        return;
      default:
        request satisfies never;
    }
  }

  tooFast(): void {
    this.#peer.send(frames.tooFast);
  }

  tooLarge(maxBytes: number): void {
    this.#peer.send(frames.tooLarge(maxBytes));
  }

  fallSilent(): void {
    this.#setSilent(true);
  }

  closed(): void {
    this.#swarms.silence.forget(this);
    for (const member of this.#members) this.#swarms.hub.leave(member);
  }

  /** Answers once it is known who is in the swarm, on all nodes. */
  #whenKnown(request: Announce): Pending {
    const { swarm, peer } = request;
    const own = this.#own(request);
    if (own === undefined) this.#swarms.release(this.#peer, swarm.text, peer.text);
    const known = this.#swarms.hub.warm(swarm.text);
    if (known === undefined) return this.#announce(request, own);
    return known.then(() => () => this.#announce(request, this.#own(request)));
  }

  #announce(request: Announce, own: SwarmMember | undefined): void {
    const { swarm, event, offers } = request;
    if (event === "stopped") return this.#stop(request, own);
    const member = own ?? this.#enter(request);
    if (member === undefined) return;
    if (request.isComplete) this.#swarms.update(member, true, false);
    const { topic } = member;
    const { intervalSeconds } = this.#swarms.options;
    this.#peer.send(frames.announced(this.#swarms.counts(topic), intervalSeconds, swarm));
    if (offers.length > 0) this.#offer(request, member);
  }

  /** The protocol has no error for offers that do not arrive: told is only that none is allowed. */
  #offer(request: Announce, member: SwarmMember): void {
    const { topic } = member;
    const outcomes = new Set<Outcome>();
    let at = 0;
    for (const { id } of topic.members.sample(request.offers.length, member)) {
      const offer = request.offers[at++];
      if (offer === undefined) continue;
      outcomes.add(this.#swarms.hub.relay(this.#peer, topic, id, frames.offer(offer, request)));
    }
    if (outcomes.has("forbidden") && outcomes.size === 1) this.#fail(request, reasons.forbidden);
  }

  /** @returns nothing, and says so on the wire, if it cannot be a member */
  #enter(request: Announce): SwarmMember | undefined {
    const { maxMemberships } = this.#swarms.options;
    if (this.#members.length >= maxMemberships) this.#prune();
    if (this.#members.length >= maxMemberships)
      return this.#fail(request, `more than ${maxMemberships} swarms on one connection`);
    const { swarm, peer, isComplete } = request;
    const member = this.#swarms.enter(this.#peer, swarm.text, peer.text, isComplete);
    if (member === "forbidden") {
      this.#peer.close(notJoined.forbidden);
      return undefined;
    }
    if (typeof member === "string") return this.#fail(request, reasons[member]);
    this.#members.push(member);
    this.#latest = {
      swarm: member.topic.name,
      rawSwarm: ownRaw(swarm),
      peer: member.id,
      rawPeer: ownRaw(peer),
    };
    return member;
  }

  #stop(request: Announce, own: SwarmMember | undefined): void {
    const { hub, options } = this.#swarms;
    const { swarm } = request;
    const { complete, incomplete } = this.#swarms.counts(hub.topic(swarm.text));
    // Counted before it has left: with the last one here goes what is known of other nodes.
    const isCounted = own !== undefined && isComplete(own.info);
    const left = {
      complete: complete - (isCounted ? 1 : 0),
      incomplete: incomplete - (own === undefined || isCounted ? 0 : 1),
    };
    if (own !== undefined) {
      hub.leave(own);
      this.#members.splice(this.#members.indexOf(own), 1);
    }
    this.#peer.send(frames.announced(left, options.intervalSeconds, swarm));
  }

  #answer(request: AnswerRequest): void {
    const { to } = request;
    const own = this.#own(request);
    if (own === undefined) this.#fail(request, reasons.peer);
    else {
      const { hub } = this.#swarms;
      // Nobody is told if the one that it is for is not there.
      const outcome = hub.relay(this.#peer, own.topic, to, frames.answer(request));
      if (outcome === "forbidden") this.#fail(request, reasons.forbidden);
    }
  }

  #scrape({ swarms }: Scrape): Pending {
    if (!swarms.every((swarm) => this.#peer.mayJoin(swarm)))
      return this.#peer.close(closeReasons.notAllowed);
    // On other nodes, each is looked for.
    this.#peer.charge(swarms.length);
    const waits: Promise<void>[] = [];
    for (const swarm of swarms) {
      const known = this.#swarms.hub.warm(swarm);
      if (known !== undefined) waits.push(known);
    }
    const count = (): void => {
      const { hub, options } = this.#swarms;
      const files = new Map(
        swarms.map((swarm) => [swarm, this.#swarms.counts(hub.topic(swarm))] as const),
      );
      this.#peer.send(frames.scraped(files, options.intervalSeconds));
    };
    if (waits.length > 0) return Promise.all(waits).then(() => count);
    count();
  }

  #own({ swarm, peer }: Announce | AnswerRequest): SwarmMember | undefined {
    return this.#swarms.own(this.#peer, swarm.text, peer.text);
  }

  #fail(request: Announce | AnswerRequest, reason: string): undefined {
    this.#peer.send(frames.failed(reason, request));
  }

  #setSilent(isSilent: boolean): void {
    this.#isSilent = isSilent;
    this.#prune();
    for (const member of this.#members)
      this.#swarms.update(member, isComplete(member.info), isSilent);
  }

  /** Forgets what was lost to another connection. */
  #prune(): void {
    this.#members = this.#members.filter(
      (member) => this.#swarms.own(this.#peer, member.topic.name, member.id) === member,
    );
  }
}
