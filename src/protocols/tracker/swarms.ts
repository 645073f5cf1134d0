// The swarms of this node, and who is in them under which peer_id. A peer_id is its connection's own; others
// see it, so that it is given to another connection only when the first is gone, or silent.

import type { NotJoined } from "../../core/close.ts";
import type { Hub } from "../../core/hub.ts";
import { memberId, topicName } from "../../core/ids.ts";
import type { LocalMember, Topic } from "../../core/member.ts";
import type { Peer } from "../../core/peer.ts";
import type { Context } from "../protocol.ts";
import { isBinary } from "./binary.ts";
import type { Counts } from "./frames.ts";
import { Silence } from "./silence.ts";
import { isComplete, isSilent, outlasts, type Standing, standing, standingOf } from "./standing.ts";

export type Swarm = Topic<Standing>;
export type SwarmMember = LocalMember<Standing>;

/** Somebody who may have said nothing for a while. */
export interface Speaker {
  /** Until it is heard again. */
  fallSilent(): void;
}

export interface SwarmsOptions {
  /** Between two announces of a client. */
  readonly intervalSeconds: number;
  /** Of one connection. */
  readonly maxMemberships: number;
}

/** Intervals after which a connection that has said nothing is silent. */
const silentIntervals = 2;

export class Swarms {
  readonly hub: Hub<Standing>;
  readonly options: SwarmsOptions;
  readonly silence: Silence<Speaker>;

  constructor({ hub, node, clock }: Context, options: SwarmsOptions) {
    this.options = options;
    this.hub = hub<Standing>("tracker", {
      info: standing,
      isId: isBinary,
      isUnicast: true,
      counts: isComplete,
      rival: (member, rival) => {
        if (!outlasts({ node, info: member.info }, rival)) this.hub.leave(member);
      },
    });
    const seconds = silentIntervals * options.intervalSeconds;
    this.silence = new Silence(clock, seconds, (speaker) => speaker.fallSilent());
  }

  /** The member of that id, if it is this peer. */
  own(peer: Peer, swarm: string, id: string): SwarmMember | undefined {
    const member = this.hub.topic(swarm)?.members.get(id);
    return member?.peer === peer ? member : undefined;
  }

  /** Frees an id that a silent connection of this node holds, for another that may take it over. */
  release(peer: Peer, swarm: string, id: string): void {
    const holder = this.hub.topic(swarm)?.members.get(id);
    if (holder?.peer === undefined || holder.peer === peer) return;
    if (isSilent(holder.info) && peer.mayJoin(swarm)) this.hub.leave(holder);
  }

  /** A member that is silent on another node makes room there, when it hears of this one. */
  enter(peer: Peer, swarm: string, id: string, hasAll: boolean): SwarmMember | NotJoined {
    const name = topicName(swarm);
    if (name === undefined || !peer.mayJoin(name)) return "forbidden";
    const holder = this.hub.topic(swarm)?.members.get(id);
    if (holder !== undefined && !isSilent(holder.info)) return "taken";
    return this.hub.join(peer, name, { id: memberId(id), info: standingOf(hasAll, false) });
  }

  update(member: SwarmMember, hasAll: boolean, isSilent: boolean): void {
    const next = standingOf(hasAll, isSilent);
    if (next !== member.info) this.hub.update(member, next);
  }

  counts(swarm: Swarm | undefined): Counts {
    if (swarm === undefined) return { complete: 0, incomplete: 0 };
    const { size, counted } = swarm.members;
    return { complete: counted, incomplete: size - counted };
  }
}
