// The sessions that peers of this node are in: between two peers here, or one here and one elsewhere.

import type { MemberId, TopicName } from "../../core/ids.ts";
import type { Side } from "./registration.ts";

export interface GstSession {
  readonly id: string;
  /** Both are in it. */
  readonly space: TopicName;
  readonly producer: MemberId;
  /** May be the producer itself. */
  readonly consumer: MemberId;
}

/**
 * @param side what the peer `peer` is in it
 * @param id made here if unset
 */
export function newSession(
  space: TopicName,
  peer: MemberId,
  side: Side,
  other: MemberId,
  id: string = crypto.randomUUID(),
): GstSession {
  const [producer, consumer] = side === "producer" ? [peer, other] : [other, peer];
  return { id, space, producer, consumer };
}

/** The other side, or nothing for a peer that is no part of the session. */
export function otherSide({ producer, consumer }: GstSession, self: string): MemberId | undefined {
  if (self === producer) return consumer;
  return self === consumer ? producer : undefined;
}

export class GstSessions {
  readonly #sessions = new Map<string, GstSession>();
  readonly #byPeer = new Map<string, Set<GstSession>>();

  get(id: string, space: TopicName): GstSession | undefined {
    const session = this.#sessions.get(id);
    return session?.space === space ? session : undefined;
  }

  /** Those of a peer, oldest first; they may be ended while they are gone through. */
  of(peer: string): readonly GstSession[] {
    return [...(this.#byPeer.get(peer) ?? [])];
  }

  count(peer: string): number {
    return this.#byPeer.get(peer)?.size ?? 0;
  }

  add(session: GstSession): void {
    this.#sessions.set(session.id, session);
    for (const peer of [session.producer, session.consumer]) {
      const own = this.#byPeer.get(peer) ?? new Set<GstSession>();
      this.#byPeer.set(peer, own.add(session));
    }
  }

  delete(session: GstSession): void {
    this.#sessions.delete(session.id);
    for (const peer of [session.producer, session.consumer]) {
      const own = this.#byPeer.get(peer);
      own?.delete(session);
      if (own?.size === 0) this.#byPeer.delete(peer);
    }
  }
}
